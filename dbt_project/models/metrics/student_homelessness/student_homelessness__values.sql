-- Students who were homeless at some time of the school year, and their share of the enrolment, of the school
-- districts whose office stands in the county or city; of all students and of four groups by race.
--
--     count = sum of the districts' counts, a withheld one (one or two students) as 1
--     bounds: the withheld counts as 0 and as 2
--     share = count / enrolment (of the group) of the same districts
--     quality by r = upper / lower: r <= 1.05 Strong, r <= 1.10 Marginal, else (or lower = 0) Weak; Weak also where
--     there are fewer than 30 homeless students in all, and of all students where fewer than 30 are enrolled
--
-- Fewer than ten students, or more than are enrolled, are not published. Of groups nothing is published where there
-- are fewer than ten in all, a group not where it has at most two, or more than are enrolled; and none of them where
-- what is left adds up to less than 70 or more than 110 percent of all, unless Black students were already left out for
-- being more than are enrolled (as published). The year is that of the fall. Groups need the enrolment by race.
with city_names as (
    {{ school_cities() }}
),

districts as (
    from {{ ref('student_homelessness__districts') }} where enrollment is not null
),

districts_of_areas as (
    select
        'county' as geography_type,
        county_geoid as geoid,
        * exclude (county_geoid, city, city_file)
    from districts
    union all by name
    select
        'place' as geography_type,
        named.geoid,
        district.* exclude (county_geoid, city, city_file, source_files),
        district.source_files || ';' || district.city_file as source_files
    from districts as district
    inner join city_names as named using (year, state, city)
),

sums as (
    select
        geography_type,
        geoid,
        year,
        subgroup,
        sum(students)::bigint as students,
        sum(fewest)::bigint as fewest,
        sum(most)::bigint as most,
        sum(enrollment)::bigint as enrollment,
        min(source_files) as source_files
    from districts_of_areas
    group by all
),

beside_all as (
    select
        sums.*,
        sums.subgroup = 'All' as is_all,
        whole.students as students_in_all,
        -- A group without enrolment has a count and no share.
        coalesce(sums.students > nullif(sums.enrollment, 0), false) as is_above_enrolment
    from sums
    inner join (from sums where subgroup = 'All') as whole using (geography_type, geoid, year)
),

added_up as (
    select
        *,
        100 * sum(students) filter (where not is_all and not is_above_enrolment) over area / students_in_all as percent_of_all,
        coalesce(
            bool_or(is_above_enrolment) filter (where subgroup = 'Black, Non-Hispanic') over area, false
        ) as is_without_black
    from beside_all
    window area as (partition by geography_type, geoid, year)
),

judged as (
    select
        *,
        students_in_all >= 10
        and not is_above_enrolment
        and (is_all or (students > 2 and (is_without_black or percent_of_all between 70 and 110))) as is_published,
        case
            when students_in_all < 30 or (is_all and enrollment < 30) or fewest = 0 or most / fewest > 1.10 then 3
            when most / fewest > 1.05 then 2
            else 1
        end as quality,
        case
            when students_in_all < 30 then 'fewer than 30 homeless students'
            when is_all and enrollment < 30 then 'fewer than 30 students'
            when fewest = 0 then 'every count is withheld'
            else 'upper bound / lower bound ' || round(most / fewest, 3)
        end as quality_reason,
        -- All students stand beside the groups of a year, as in the published files.
        unnest(
            case
                when not is_all then ['race-ethnicity']
                when year in (select of_groups.year from sums as of_groups where of_groups.subgroup <> 'All')
                    then ['all', 'race-ethnicity']
                else ['all']
            end
        ) as subgroup_type
    from added_up
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        'count_homeless' as variable,
        subgroup_type,
        subgroup,
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
        subgroup_type,
        subgroup,
        case when is_published then students / nullif(enrollment, 0) end as value,
        null as lower,
        null as upper,
        case when is_published and enrollment > 0 then quality end as quality,
        case when is_published and enrollment > 0 then quality_reason end as quality_reason,
        case when is_published then 'not_in_universe' else 'suppressed_by_rule' end as missing_reason,
        students as numerator,
        enrollment as denominator,
        source_files
    from judged
)

{{ on_frame('delivered') }}
