-- Homeless students of every school district that the Common Core of Data knows, with bounds: all students, and the
-- four groups of the years whose counts have races. A withheld count is one or two students: it counts as 1, between 0
-- and 2, and where several races make a group, each of them does. A race without a count has nobody. A district
-- without enrolment counts nobody.
--
-- Of a group a district counts with its enrolment also where it reports no homeless student of it. Years without
-- enrolment by race have groups without enrolment.
with counts as (
    select
        year,
        leaid,
        case subgroup
            when 'All' then 'All'
            when 'White' then 'White, Non-Hispanic'
            when 'Black or African American' then 'Black, Non-Hispanic'
            when 'Hispanic/Latino' then 'Hispanic'
            else 'Other Races and Ethnicities'
        end as subgroup,
        sum(coalesce(students, 1)) as students,
        sum(coalesce(students, 0)) as fewest,
        sum(coalesce(students, 2)) as most,
        bool_or(is_suppressed) as is_suppressed
    from {{ ref('stg_edfacts_homeless__counts') }}
    group by all
),

districts as (
    select
        year,
        leaid,
        min(source_file) as source_file
    from {{ ref('stg_edfacts_homeless__counts') }}
    group by all
),

groups_of_years as (
    select distinct
        year,
        subgroup,
        subgroup <> 'All' as is_race
    from counts
),

years_by_race as (
    select
        year,
        min(source_file) as race_file
    from {{ ref('stg_ccd_districts__enrollment_by_race') }}
    group by year
),

joined as (
    select
        reported.year,
        reported.leaid,
        groups_of_years.subgroup,
        district.state,
        district.county_geoid,
        lower(district.city_location) as city,
        coalesce(district.enrollment, 0) = 0 as is_empty,
        case
            when not groups_of_years.is_race then coalesce(district.enrollment, 0)
            when years_by_race.year is not null then coalesce(enrolled.students, 0)
        end as enrollment,
        counts.students,
        counts.fewest,
        counts.most,
        coalesce(counts.is_suppressed, false) as is_suppressed,
        concat_ws(
            ';',
            reported.source_file,
            district.source_file,
            case when groups_of_years.is_race then years_by_race.race_file end
        ) as source_files,
        district.city_file,
        groups_of_years.is_race or counts.leaid is not null as is_counted
    from districts as reported
    inner join {{ ref('stg_ccd_districts__directory') }} as district using (year, leaid)
    inner join groups_of_years on reported.year = groups_of_years.year
    left join counts
        on
            reported.year = counts.year
            and reported.leaid = counts.leaid
            and groups_of_years.subgroup = counts.subgroup
    left join {{ ref('stg_ccd_districts__enrollment_by_race') }} as enrolled
        on
            reported.year = enrolled.year
            and reported.leaid = enrolled.leaid
            and groups_of_years.subgroup = enrolled.subgroup
    left join years_by_race on reported.year = years_by_race.year
)

select
    year,
    leaid,
    subgroup,
    state,
    county_geoid,
    city,
    enrollment,
    case when is_empty then 0 else coalesce(students, 0) end as students,
    case when is_empty then 0 else coalesce(fewest, 0) end as fewest,
    case when is_empty then 0 else coalesce(most, 0) end as most,
    is_suppressed,
    source_files,
    city_file
from joined
where is_counted
