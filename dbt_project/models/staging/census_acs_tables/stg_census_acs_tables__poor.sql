-- People in poverty by race in every tract, from the detailed tables B17001 and B17001B to I; where they are not at hand,
-- from the subject table S1701, which has the same counts. The races include Hispanics, but for `white`.
{%- set detailed = {
    'poor': '', 'black': 'B', 'aian': 'C', 'asian': 'D', 'nhpi': 'E', 'some_other': 'F', 'two_or_more': 'G',
    'white': 'H', 'hispanic': 'I'
} %}
{%- set subject = {
    'poor': '001', 'black': '014', 'aian': '015', 'asian': '016', 'nhpi': '017', 'some_other': '018',
    'two_or_more': '019', 'hispanic': '020', 'white': '021'
} %}
with detailed as (
    select
        _vintage as vintage,
        geoid,
        "B17001_001E" as universe,
        {%- for name, letter in detailed.items() %}
        "B17001{{ letter }}_002E" as {{ name }},
        "B17001{{ letter }}_002M" as {{ name }}_margin,
        {%- endfor %}
        'census_acs_tables/' || _vintage || '/b17001_tract' as source_file
    from {{ source('lake', 'census_acs_tables__b17001_tract') }}
),

subject as (
    select
        _vintage as vintage,
        geoid,
        "S1701_C01_001E" as universe,
        {%- for name in detailed %}
        "S1701_C02_{{ subject[name] }}E" as {{ name }},
        "S1701_C02_{{ subject[name] }}M" as {{ name }}_margin,
        {%- endfor %}
        'census_acs_tables/' || _vintage || '/s1701_tract' as source_file
    from {{ source('lake', 'census_acs_tables__s1701_tract') }}
),

given as (
    select * from detailed
    union all
    select *
    from subject
    anti join detailed using (vintage, geoid)
)

select
    right(vintage, 4)::integer as year,
    geoid,
    universe,
    {%- for name in detailed %}
    {{ name }},
    {{ acs_margin(name ~ '_margin') }} as {{ name }}_margin,
    {%- endfor %}
    source_file
from given
where geoid[1:2] <> '72'
