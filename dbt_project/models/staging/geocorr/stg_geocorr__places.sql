-- Every place of the country with the people of it in each county. Place 99999 is no place.
select
    state || placefp14 as geoid,
    -- The export adds the state: "Jenks city, OK".
    regexp_replace(placenm14, ', [A-Z]{2}$', '') as name,
    county14 as county_geoid,
    pop10 as population
from {{ source('lake', 'geocorr__county_place_2010') }}
where placefp14 <> '99999'
