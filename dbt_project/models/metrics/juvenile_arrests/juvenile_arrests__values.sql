-- Arrests of people of 10 to 17 years per 100,000 residents of that age, all and by race, sex and age.
--
--     rate = sum over the agencies of the area (arrests of the group x part of the agency) / residents of the group x 100,000
--     quality: 1 all agencies of the area made any arrest in the year, 2 at least 80 % or all core-city agencies, 3 some
--
-- Arrests of both groups come by agency from the segments of J. Kaplan: the FBI's archives name no agency for arrests of
-- group B (decision 0067). A group of fewer than 30 residents has no rate. White, Black and other races have their Hispanics;
-- other races are those that the police records: Asian, Pacific Islander, Native. Arrests are not persons.
{%- set groups = [
    ('all', 'All', 'all', 'people_10_17'),
    ('race-ethnicity', 'All', 'all', 'people_10_17'),
    ('race-ethnicity', 'White', 'white', 'white_10_17'),
    ('race-ethnicity', 'Black', 'black', 'black_10_17'),
    ('race-ethnicity', 'Hispanic', 'hispanic', 'hispanic_10_17'),
    ('race-ethnicity', 'Other Races and Ethnicities', 'other', 'aian_10_17 + asian_10_17 + nhpi_10_17'),
    ('gender', 'All', 'all', 'people_10_17'),
    ('gender', 'Male', 'male', 'male_10_14 + male_15_17'),
    ('gender', 'Female', 'female', 'female_10_14 + female_15_17'),
    ('age', 'All', 'all', 'people_10_17'),
    ('age', 'Age 10 to 14', '10_14', 'male_10_14 + female_10_14'),
    ('age', 'Age 15 to 17', '15_17', 'male_15_17 + female_15_17'),
] %}
with reporting as (
    select
        area.* exclude (people),
        arrests.ori is not null as is_reporting,
        arrests.* exclude (year, ori, arrests, source_files),
        arrests.source_files as arrest_files
    from {{ ref('police_agencies_of_areas') }} as area
    left join {{ ref('stg_police_agencies__arrests') }} as arrests using (year, ori)
    where area.year in (select given.year from {{ ref('stg_police_agencies__arrests') }} as given)
),

areas as (
    select
        geography_type,
        geoid,
        year,
        {%- for name in ['all', 'white', 'black', 'hispanic', 'other', 'male', 'female', '10_14', '15_17'] %}
        sum((part * coalesce(young_{{ name }}, 0))::decimal(38, 12))::double as young_{{ name }},
        {%- endfor %}
        count(*) filter (where is_reporting) || ' of ' || count(*) || ' agencies made arrests' as reported,
        {{ police_quality() }} as quality,
        concat_ws(';', max(source_files), max(arrest_files)) as source_files
    from reporting
    group by all
),

with_people as (
    select
        areas.*,
        residents.* exclude (geography_type, geoid, year, people, source_file),
        residents.male_10_14 + residents.male_15_17 + residents.female_10_14 + residents.female_15_17 as people_10_17
    from areas
    left join {{ ref('stg_census_acs_tables__ages') }} as residents using (geography_type, geoid, year)
),

counted as (
    {%- for kind, label, name, universe in groups %}
    select
        geography_type,
        geoid,
        year,
        '{{ kind }}' as subgroup_type,
        '{{ label }}' as subgroup,
        young_{{ name }} as arrests,
        {{ universe }} as residents,
        people_10_17,
        quality,
        reported,
        source_files
    from with_people
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        'rate_juv_arrest' as variable,
        subgroup_type,
        subgroup,
        case when quality is not null and residents >= 30 and people_10_17 >= 30 then arrests / residents * 100000 end
            as value,
        case when residents >= 30 and people_10_17 >= 30 then quality end as quality,
        case when quality is not null and residents >= 30 and people_10_17 >= 30 then reported end as quality_reason,
        case
            when quality is null or residents is null or people_10_17 is null then 'no_source_data'
            else 'suppressed_by_rule'
        end as missing_reason,
        arrests as numerator,
        residents as denominator,
        source_files
    from counted
)

{{ on_frame('delivered') }}
