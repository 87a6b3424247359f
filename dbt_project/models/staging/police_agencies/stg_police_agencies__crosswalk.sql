-- Agencies of 2012. 0 is no place.
select
    "ORI9" as ori,
    lpad("FIPS_ST", 2, '0') || lpad("FIPS_COUNTY", 3, '0') as county_geoid,
    lpad("FIPS_ST", 2, '0') || lpad(nullif("FPLACE", '0'), 5, '0') as place_geoid
from {{ source('lake', 'police_agencies__crosswalk') }}
