{#
  Normal quantile of a two-sided 95 % interval. All digits of a double: with the 1.959963985 that the methods
  print, bounds differ from the published ones in the twelfth decimal; with these they agree to 1e-15.
#}
{% macro z_95() -%}
1.959963984540054
{%- endmacro %}

{#
  Geographies whose area the source knows under a code that ended before `first_year` (seed geography_changes):
  in a frame from that year on their values exist and cannot be matched, which is not the same as no data.

  relation is a CTE or model with a column `geoid`.
#}
{% macro changed_codes_present_in(relation, geography_type) -%}
select
    change.new_geoid as geoid,
    min(change.first_year) as first_year
from {{ ref('geography_changes') }} as change
inner join {{ relation }} as known
    on change.old_geoid = known.geoid
where change.geography_type = '{{ geography_type }}'
group by change.new_geoid
{%- endmacro %}
