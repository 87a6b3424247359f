{#
  Normal quantile of a two-sided 95 % interval. All digits of a double: with the 1.959963985 that the methods
  print, bounds differ from the published ones in the twelfth decimal; with these they agree to 1e-15.
#}
{% macro z_95() -%}
1.959963984540054
{%- endmacro %}

{#
  Geographies of the frame of `year` whose area the source knows, but under codes that ended before
  (seed geography_changes): their values exist and cannot be matched, which is not the same as no data.

  relation is a CTE or model with a column `geoid`.
#}
{% macro changed_codes_present_in(relation, geography_type, year) -%}
select distinct change.new_geoid as geoid
from {{ ref('geography_changes') }} as change
inner join {{ relation }} as known
    on change.old_geoid = known.geoid
where
    change.geography_type = '{{ geography_type }}'
    and change.first_year <= {{ year }}
{%- endmacro %}
