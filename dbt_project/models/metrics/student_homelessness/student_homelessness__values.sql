-- Students who were homeless at some time of the school year, and their share of the enrolment, of the school
-- districts whose office stands in the county or city.
--
--     count = sum of the districts' counts, a withheld one (one or two students) as 1
--     bounds: the withheld counts as 0 and as 2
--     share = count / enrolment of the same districts
--     quality by r = upper / lower: r <= 1.05 Strong, r <= 1.10 Marginal, else (or lower = 0) Weak; Weak also where
--     there are fewer than 30 homeless students or fewer than 30 students
--
-- Fewer than ten students, or more than are enrolled, are not published. The year is that of the fall. Groups need the
-- enrolment by race, which is not at hand.
with city_names as (
    {{ school_cities() }}
),

districts_of_areas as (
    select
        'county' as geography_type,
        county_geoid as geoid,
        * exclude (county_geoid, city, city_file)
    from {{ ref('student_homelessness__districts') }}
    where subgroup = 'All'
    union all by name
    select
        'place' as geography_type,
        named.geoid,
        district.* exclude (county_geoid, city, city_file, source_files),
        district.source_files || ';' || district.city_file as source_files
    from {{ ref('student_homelessness__districts') }} as district
    inner join city_names as named using (year, state, city)
    where district.subgroup = 'All'
),

sums as (
    select
        geography_type,
        geoid,
        year,
        sum(students)::double as students,
        sum(fewest)::double as fewest,
        sum(most)::double as most,
        sum(enrollment)::double as enrollment,
        any_value(source_files) as source_files
    from districts_of_areas
    group by all
),

judged as (
    select
        *,
        students >= 10 and students <= enrollment as is_published,
        case
            when students < 30 or enrollment < 30 or fewest = 0 or most / fewest > 1.10 then 3
            when most / fewest > 1.05 then 2
            else 1
        end as quality,
        case
            when students < 30 then 'fewer than 30 homeless students'
            when enrollment < 30 then 'fewer than 30 students'
            when fewest = 0 then 'every count is withheld'
            else 'upper bound / lower bound ' || round(most / fewest, 3)
        end as quality_reason
    from sums
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        'count_homeless' as variable,
        case when is_published then students end as value,
        case when is_published then fewest end as lower,
        case when is_published then most end as upper,
        case when is_published then quality end as quality,
        case when is_published then quality_reason end as quality_reason,
        'suppressed_by_rule' as missing_reason,
        null as numerator,
        null as denominator,
        source_files
    from judged
    union all by name
    select
        geography_type,
        geoid,
        year,
        'share_homeless' as variable,
        case when is_published then students / enrollment end as value,
        null as lower,
        null as upper,
        case when is_published then quality end as quality,
        case when is_published then quality_reason end as quality_reason,
        'suppressed_by_rule' as missing_reason,
        students as numerator,
        enrollment as denominator,
        source_files
    from judged
)

{{ on_frame('delivered') }}
