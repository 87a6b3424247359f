-- Median household income of counties and places. A median beyond the ends of the scale is no estimate.
{%- for level in ['county', 'place'] %}
select
    '{{ level }}' as level,
    right(_vintage, 4)::integer as year,
    geoid,
    "B19013_001E" as median_income,
    {{ acs_margin('"B19013_001M"') }} as median_income_margin,
    'census_acs_tables/' || _vintage || '/b19013_{{ level }}' as source_file
from {{ source('lake', 'census_acs_tables__b19013_' ~ level) }}
where geoid[1:2] <> '72'
{{ 'union all' if not loop.last }}
{%- endfor %}
