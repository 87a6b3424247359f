-- What one adult with two children must earn an hour. Never released: only the ratio of pay to it is.
select
    "state" || "county" as geoid,
    _vintage::integer as vintage,
    "wage" as hourly_wage,
    'mit_living_wage/' || _vintage || '/wages' as source_file
from {{ source('lake', 'mit_living_wage__wages') }}
where "adults" = '1 Adult' and "children" = '2 Children'
union all
select
    "state_fips" || "county_fips_short" as geoid,
    _vintage::integer as vintage,
    "hourly_living_wage" as hourly_wage,
    'mit_living_wage/' || _vintage || '/wages_of_a_family' as source_file
from {{ source('lake', 'mit_living_wage__wages_of_a_family') }}
