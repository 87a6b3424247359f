-- Residents by race and ethnicity, from the detailed table B03002; where that is not at hand, from the data profile
-- DP05, which has the same counts under numbers that change by year (layouts.csv).
{%- set lines = {
    'hispanic': '012', 'white': '003', 'black': '004', 'aian': '005', 'asian': '006', 'nhpi': '007',
    'some_other': '008', 'two_or_more': '009'
} %}
{%- set columns = {
    'hispanic': 'hispanic', 'white': 'white_nh', 'black': 'black_nh', 'aian': 'aian_nh', 'asian': 'asian_nh',
    'nhpi': 'nhpi_nh', 'some_other': 'other_nh', 'two_or_more': 'two_or_more_nh'
} %}
with detailed as (
    {%- for level in ['county', 'place', 'tract'] %}
    select
        '{{ level }}' as level,
        _vintage as vintage,
        geoid,
        "B03002_001E" as people,
        "B03002_001M" as people_margin,
        {%- for name, line in lines.items() %}
        "B03002_{{ line }}E" as {{ name }},
        "B03002_{{ line }}M" as {{ name }}_margin,
        {%- endfor %}
        'census_acs_tables/' || _vintage || '/b03002_{{ level }}' as source_file
    from {{ source('lake', 'census_acs_tables__b03002_' ~ level) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

profile as (
    {%- for level in ['place', 'tract'] %}
    select
        '{{ level }}' as level,
        _vintage as vintage,
        geoid,
        "people_E" as people,
        "people_M" as people_margin,
        {%- for name, column in columns.items() %}
        "{{ column }}_E" as {{ name }},
        "{{ column }}_M" as {{ name }}_margin,
        {%- endfor %}
        'census_acs_tables/' || _vintage || '/dp05_{{ level }}' as source_file
    from {{ source('lake', 'census_acs_tables__dp05_' ~ level) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

given as (
    select * from detailed
    union all
    select *
    from profile
    anti join detailed using (level, vintage, geoid)
)

select
    level,
    right(vintage, 4)::integer as year,
    geoid,
    people,
    {{ acs_margin('people_margin') }} as people_margin,
    {%- for name in ['hispanic', 'white', 'black', 'aian', 'asian', 'nhpi', 'some_other', 'two_or_more'] %}
    {{ name }},
    {{ acs_margin(name ~ '_margin') }} as {{ name }}_margin,
    {%- endfor %}
    source_file
from given
where geoid[1:2] <> '72'
