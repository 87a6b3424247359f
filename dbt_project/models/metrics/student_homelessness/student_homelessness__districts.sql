-- Homeless students of every school district that the Common Core of Data knows, with bounds, for all students and
-- the races. A withheld count is one or two students: it counts as 1, between 0 and 2. A district without enrolment
-- counts nobody.
select
    counts.year,
    counts.leaid,
    counts.subgroup,
    district.state,
    district.county_geoid,
    lower(district.city_location) as city,
    coalesce(district.enrollment, 0) as enrollment,
    case when coalesce(district.enrollment, 0) = 0 then 0 else coalesce(counts.students, 1) end as students,
    case when coalesce(district.enrollment, 0) = 0 then 0 else coalesce(counts.students, 0) end as fewest,
    case when coalesce(district.enrollment, 0) = 0 then 0 else coalesce(counts.students, 2) end as most,
    counts.is_suppressed,
    counts.source_file || ';' || district.source_file as source_files,
    district.city_file
from {{ ref('stg_edfacts_homeless__counts') }} as counts
inner join {{ ref('stg_ccd_districts__directory') }} as district using (year, leaid)
