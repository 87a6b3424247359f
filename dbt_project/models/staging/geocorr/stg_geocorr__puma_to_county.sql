select
    2010 as census_year,
    false as by_planning_region,
    state,
    puma12 as puma,
    county14 as geoid,
    pop10 as population,
    afact as delivered_afact,
    "AFACT2" as delivered_afact2
from {{ source('lake', 'geocorr__puma_county_2010') }}
union all
select
    2020 as census_year,
    false as by_planning_region,
    state,
    puma22 as puma,
    county as geoid,
    pop20 as population,
    afact as delivered_afact,
    afact2 as delivered_afact2
from {{ source('lake', 'geocorr__puma_county_2020') }}
union all
select
    2020 as census_year,
    true as by_planning_region,
    state,
    puma22 as puma,
    ctregion as geoid,
    pop20 as population,
    afact as delivered_afact,
    afact2 as delivered_afact2
from {{ source('lake', 'geocorr__puma_ct_planning_region_2020') }}
