-- Negative enrolment is a code for no answer.
select
    directory.year::integer as year,
    directory.leaid,
    directory.state,
    directory.state || directory.county as county_geoid,
    cities.city_location,
    case when directory.enrollment >= 0 then directory.enrollment::integer end as enrollment,
    'ccd_districts/' || directory._vintage || '/directory' as source_file,
    'ccd_districts/' || cities._vintage || '/cities' as city_file
from {{ source('lake', 'ccd_districts__directory') }} as directory
left join {{ source('lake', 'ccd_districts__cities') }} as cities
    on
        directory.year = cities.year
        and directory.leaid = cities.leaid
