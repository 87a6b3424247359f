select
    tract_fips_2020 as tract_2020,
    town_fips_2020 as town_2020,
    "Tract_fips_2022" as tract_2022,
    county_fips_2020 as county_geoid,
    ce_fips_2022 as region_geoid,
    "PUMA2020code" as puma
from {{ source('lake', 'connecticut_crosswalk__tracts') }}
