-- The poor of each group in every tract, with margins of error, and whether the poverty rate of all its residents is
-- above 40 %. The margin of the five groups that are together "other" is that of a sum.
{{ config(materialized='view') }}
with tracts as (
    select
        *,
        poor > 0.4 * universe as is_poor_neighborhood,
        aian + asian + nhpi + some_other + two_or_more as other,
        {{ margin_of_sum([
            ('aian', 'aian_margin'), ('asian', 'asian_margin'), ('nhpi', 'nhpi_margin'),
            ('some_other', 'some_other_margin'), ('two_or_more', 'two_or_more_margin')
        ]) }} as other_margin
    from {{ ref('stg_census_acs_tables__poor') }}
)

{%- set groups = {
    'All': 'poor', 'Black': 'black', 'Hispanic': 'hispanic', 'Other Races and Ethnicities': 'other',
    'White, Non-Hispanic': 'white'
} %}
{% for label, column in groups.items() -%}
select
    year,
    geoid as tract_geoid,
    '{{ label }}' as subgroup,
    universe,
    is_poor_neighborhood,
    {{ column }} as members,
    {{ column }}_margin as members_margin,
    source_file
from tracts
{{ 'union all' if not loop.last }}
{% endfor %}
