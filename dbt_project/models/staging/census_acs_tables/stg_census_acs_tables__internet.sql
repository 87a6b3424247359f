-- Households, and those with a computer and a broadband subscription of any kind (also by a phone or satellite).
{%- for level in ['county', 'place'] %}
select
    '{{ level }}' as geography_type,
    right(_vintage, 4)::integer as year,
    geoid,
    "B28003_001E" as households,
    {{ acs_margin('"B28003_001M"') }} as households_margin,
    "B28003_004E" as broadband,
    {{ acs_margin('"B28003_004M"') }} as broadband_margin,
    'census_acs_tables/' || _vintage || '/b28003_{{ level }}' as source_file
from {{ source('lake', 'census_acs_tables__b28003_' ~ level) }}
where geoid[1:2] <> '72'
{{ 'union all' if not loop.last }}
{%- endfor %}
