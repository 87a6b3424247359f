-- Students of three races in every public school that has students and a county, and whether the school is poor: at
-- least 20 % of its students at or below the poverty line. A school without an estimate is neither.
--
-- The directory of a year may lack the city of a school (Illinois in 2015): then it is that of the nearest year in which
-- the directory has one, the earlier of two.
with directory as (
    select
        *,
        coalesce(
            city_location,
            lag(city_location ignore nulls) over (partition by ncessch order by year),
            lead(city_location ignore nulls) over (partition by ncessch order by year)
        ) as city
    from {{ ref('stg_portal_schools__directory') }}
)

select
    school.year,
    school.ncessch,
    school.county_geoid,
    left(school.county_geoid, 2) as state,
    {{ city_key('school.city') }} as city_key,
    case enrollment.race when 1 then 'white' when 2 then 'black' when 3 then 'hispanic' end as race,
    enrollment.students,
    poverty.meps_poverty_pct >= 20 as is_poor,
    concat_ws(';', school.source_file, enrollment.source_file, poverty.source_file) as source_files
from directory as school
inner join {{ ref('stg_portal_schools__enrollment') }} as enrollment
    on
        school.year = enrollment.year
        and school.ncessch = enrollment.ncessch
        and enrollment.race in (1, 2, 3)
left join {{ ref('stg_portal_schools__poverty') }} as poverty
    on
        school.year = poverty.year
        and school.ncessch = poverty.ncessch
where
    school.enrollment > 0
    and school.county_geoid is not null
