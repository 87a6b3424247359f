-- All residents, and those of 10 to 17 years by sex, age and race, from the detailed tables B01001 and B01001A to I. White,
-- Black and the others are of that race alone, Hispanics among them; Hispanic is of any race.
{%- set cells = {'005': '005', '006': '006', '029': '020', '030': '021'} %}
with given as (
    {%- for level in ['county', 'place'] %}
    select
        '{{ level }}' as geography_type,
        * exclude (_vintage),
        _vintage as vintage
    from {{ source('lake', 'census_acs_tables__b01001_' ~ level) }}
    {{ 'union all by name' if not loop.last }}
    {%- endfor %}
)

select
    geography_type,
    geoid,
    right(vintage, 4)::integer as year,
    "B01001_001E" as people,
    {%- for line, name in {'005': 'male_10_14', '006': 'male_15_17', '029': 'female_10_14', '030': 'female_15_17'}.items() %}
    "B01001_{{ line }}E" as {{ name }},
    {%- endfor %}
    {%- for letter, name in {'A': 'white', 'B': 'black', 'C': 'aian', 'D': 'asian', 'E': 'nhpi', 'I': 'hispanic'}.items() %}
    {% for line in cells.values() -%}
    "B01001{{ letter }}_{{ line }}E"{{ ' +' if not loop.last }}
    {% endfor -%}
    as {{ name }}_10_17,
    {%- endfor %}
    'census_acs_tables/' || vintage || '/b01001_' || geography_type as source_file
from given
where geoid[1:2] <> '72'
