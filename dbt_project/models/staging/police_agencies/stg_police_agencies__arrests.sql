-- Arrests of both groups, by agency: all of any age, and those of people of 10 to 17 years by sex, age, race and ethnicity.
-- A year counts when both groups are at hand. An age in words (over 98 years old, unknown) is no number; an arrest without ethnicity counts in everything but
-- Hispanic.
with given as (
    select
        * exclude (_vintage),
        'police_agencies/' || _vintage || '/arrests_group_a' as source_file
    from {{ source('lake', 'police_agencies__arrests_group_a') }}
    union all by name
    select
        * exclude (_vintage),
        'police_agencies/' || _vintage || '/arrests_group_b' as source_file
    from {{ source('lake', 'police_agencies__arrests_group_b') }}
),

typed as (
    select
        year::integer as year,
        ori,
        arrests,
        try_cast(age_of_arrestee as integer) between 10 and 17 as is_young,
        try_cast(age_of_arrestee as integer) between 10 and 14 as is_10_14,
        sex_of_arrestee as sex,
        race_of_arrestee as race,
        coalesce(ethnicity_of_arrestee = 'hispanic or latino', false) as is_hispanic,
        source_file
    from given
    where
        year in (select whole.year from {{ source('lake', 'police_agencies__arrests_group_a') }} as whole)
        and year in (select whole.year from {{ source('lake', 'police_agencies__arrests_group_b') }} as whole)
)

select
    year,
    ori,
    sum(arrests)::bigint as arrests,
    {%- set of = {
        'all': 'true', 'white': "race = 'white'", 'black': "race = 'black'", 'hispanic': 'is_hispanic',
        'other': "race in ('asian', 'native hawaiian or other pacific islander', 'american indian/alaskan native')",
        'male': "sex = 'male'", 'female': "sex = 'female'", '10_14': 'is_10_14', '15_17': 'not is_10_14',
    } %}
    {%- for name, condition in of.items() %}
    coalesce(sum(arrests) filter (where is_young and {{ condition }}), 0)::bigint as young_{{ name }},
    {%- endfor %}
    string_agg(distinct source_file, ';' order by source_file) as source_files
from typed
group by all
