-- Deaths by injury in the pool of years that ends in the year. Words that stand where there is no number are codes.
{%- set tables = {
    'injury_deaths_all': 'All',
    'injury_deaths_raceth_nhwhite': 'White, Non-Hispanic',
    'injury_deaths_raceth_nhblack': 'Black, Non-Hispanic',
    'injury_deaths_raceth_hisp': 'Hispanic',
    'injury_deaths_raceth_nhother': 'Other Races and Ethnicities',
} %}
{% for table, subgroup in tables.items() %}
select
    "County Code" as geoid,
    _vintage::integer as year,
    '{{ subgroup }}' as subgroup,
    try_cast("Deaths" as bigint) as deaths,
    try_cast("Population" as bigint) as population,
    case when try_cast("Deaths" as bigint) is null then "Deaths" end as code,
    'cdc_wonder/' || _vintage || '/{{ table }}' as source_file
from {{ source('lake', 'cdc_wonder__' ~ table) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
