-- The export of 2020 is at hand in Urban's copy alone, which lost its leading zeros. Place 99999 is the part of a county that lies in no place.
select
    2010 as census_year,
    false as by_planning_region,
    state,
    county14 as county_geoid,
    state || placefp14 as geoid,
    pop10 as population,
    'export' as origin
from {{ source('lake', 'geocorr__county_place_2010') }}
union all
select
    2020 as census_year,
    false as by_planning_region,
    lpad(state, 2, '0') as state,
    lpad(countyfip, 5, '0') as county_geoid,
    lpad(state, 2, '0') || lpad(place, 5, '0') as geoid,
    pop20 as population,
    'urban_copy' as origin
from {{ source('lake', 'urban_crosswalks__county_place_2020_2021') }}
union all
select
    2020 as census_year,
    true as by_planning_region,
    state,
    ctregion as county_geoid,
    state || place as geoid,
    pop20 as population,
    'export' as origin
from {{ source('lake', 'geocorr__ct_planning_region_to_place') }}
