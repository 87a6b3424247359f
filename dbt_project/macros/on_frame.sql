{#
  The rest of the model of a metric whose source delivers a table: its rows on the frame, and of every geography that
  has none the reason why. Comes after a CTE whose name it takes (`delivered`), with

    geography_type, geoid, year, variable, value
    what else belongs to the key, if it is not the default: subgroup_type, subgroup, sample
    missing_reason, where the source has a row and no value
    any other column of the long table (macro computed_columns)

  A series is there when the table has one row of it, whatever the geography; then every geography of its year's frame
  has a row. A source that still (or already) writes the other code of a county that was only recoded is understood; of
  a county that was split or redrawn there is no value under its code of the year, which is not the same as no data.
#}
{% macro on_frame(delivered) -%}
select
    * exclude (is_delivered, has_other_code, missing_reason),
    case
        when value is not null then null
        when is_delivered then missing_reason
        when has_other_code then 'geography_not_matched'
        else 'no_source_data'
    end as missing_reason
from (
    select distinct columns('^(geography_type|year|variable|subgroup_type|subgroup|sample)$') from {{ delivered }}
) as series
inner join (select geography_type, year, geoid from {{ ref('geography_years') }}) as frame using (geography_type, year)
-- By the columns of the key that the source gives: no others stand on the left.
natural left join (
    select
        given.* replace (coalesce({{ code_of_the_frame('given', 'change') }}, given.geoid) as geoid),
        true as is_delivered
    from {{ delivered }} as given
    left join {{ ref('geography_changes') }} as change
        on {{ has_other_code('given', 'change') }} and change.change = 'recoded'
    union all by name
    -- A source that has a value wherever it has a row need not name reasons.
    select null::varchar as missing_reason where false
) as rows_of_frame
left join (
    select distinct
        given.geography_type,
        given.year,
        {{ code_of_the_frame('given', 'change') }} as geoid,
        true as has_other_code
    from {{ delivered }} as given
    inner join {{ ref('geography_changes') }} as change on {{ has_other_code('given', 'change') }}
) as redrawn using (geography_type, year, geoid)
{%- endmacro %}

{# Whether a row has a code that another one replaced before the row's year, or will replace after it. #}
{% macro has_other_code(given, change) -%}
{{ given }}.geography_type = {{ change }}.geography_type
        and {{ given }}.geoid
        = case when {{ given }}.year >= {{ change }}.first_year then {{ change }}.old_geoid else {{ change }}.new_geoid end
{%- endmacro %}

{# The code that the frame of the row's year has instead. #}
{% macro code_of_the_frame(given, change) -%}
case when {{ given }}.year >= {{ change }}.first_year then {{ change }}.new_geoid else {{ change }}.old_geoid end
{%- endmacro %}
