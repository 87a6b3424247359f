-- Residents of the four disjoint groups in every tract, with their margins of error.
-- The margin of the five groups that are together "other" is that of a sum.
{{ config(materialized='view') }}
with tracts as (
    select
        *,
        aian + asian + nhpi + some_other + two_or_more as other,
        {{ margin_of_sum([
            ('aian', 'aian_margin'), ('asian', 'asian_margin'), ('nhpi', 'nhpi_margin'),
            ('some_other', 'some_other_margin'), ('two_or_more', 'two_or_more_margin')
        ]) }} as other_margin
    from {{ ref('stg_census_acs_tables__residents') }}
    where level = 'tract'
)

{% for group in ['black_nh', 'hispanic', 'other_nh', 'white_nh'] -%}
{%- set column = group | replace('_nh', '') -%}
select
    year,
    geoid as tract_geoid,
    'share_{{ group }}_exposure' as variable,
    people,
    {{ column }} as members,
    {{ column }}_margin as members_margin,
    source_file
from tracts
{{ 'union all' if not loop.last }}
{% endfor %}
