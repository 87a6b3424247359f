-- Share of the Black, Hispanic and White public school students who attend a school in which at least 20 % of the
-- students are poor, of the schools of the county or with an address in the city.
--
--     share = students of the group in poor schools / students of the group in all schools with an estimate
--     quality by those students: 30 or more 1, 15 or more 2, fewer 3
--
-- Schools without an estimate are in neither sum (the published program leaves their students in the denominator alone).
-- A year has rows when all three inputs have it. The city is that of the school's address, not the one within its limits.
with city_names as (
    {{ cities_by_key() }}
),

schools_of_areas as (
    select
        'county' as geography_type,
        county_geoid as geoid,
        year,
        race,
        students,
        is_poor,
        source_files
    from {{ ref('school_economic_diversity__schools') }}
    union all by name
    select
        'place' as geography_type,
        named.geoid,
        school.year,
        school.race,
        school.students,
        school.is_poor,
        school.source_files
    from {{ ref('school_economic_diversity__schools') }} as school
    inner join city_names as named using (year, state, city_key)
),

sums as (
    select
        geography_type,
        geoid,
        year,
        race,
        sum(students) filter (where is_poor)::double as poor,
        sum(students) filter (where is_poor is not null)::double as students,
        max(source_files) as source_files
    from schools_of_areas
    group by all
),

complete_years as (
    select year from schools_of_areas group by year having count(is_poor) > 0
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        'share_meps20_' || race as variable,
        case when students > 0 then coalesce(poor, 0) / students end as value,
        case when students >= 30 then 1 when students >= 15 then 2 when students > 0 then 3 end as quality,
        case when students > 0 then students::bigint || ' students of the group in schools with an estimate' end
            as quality_reason,
        case when students = 0 then 'not_in_universe' else 'no_source_data' end as missing_reason,
        coalesce(poor, 0) as numerator,
        coalesce(students, 0) as denominator,
        source_files
    from sums
    inner join complete_years using (year)
)

{{ on_frame('delivered') }}
