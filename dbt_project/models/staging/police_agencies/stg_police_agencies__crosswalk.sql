-- Agencies of 2012; -1 stands for those outside the reporting program. 0 is no place.
select
    orinine.ori,
    any_value(orinine.county_geoid) as county_geoid,
    any_value(orinine.place_geoid) as place_geoid
from (
    select
        "ORI9" as ori,
        lpad("FIPS_ST", 2, '0') || lpad("FIPS_COUNTY", 3, '0') as county_geoid,
        lpad("FIPS_ST", 2, '0') || lpad(nullif("FPLACE", '0'), 5, '0') as place_geoid
    from {{ source('lake', 'police_agencies__crosswalk') }}
    where "ORI9" <> '-1'
) as orinine
group by all
