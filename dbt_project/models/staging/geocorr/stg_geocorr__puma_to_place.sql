-- Place 99999 is the part of a PUMA that lies in no place.
select
    2010 as census_year,
    state,
    puma12 as puma,
    placefp14 as place,
    state || placefp14 as geoid,
    pop10 as population,
    afact as delivered_afact,
    "AFACT2" as delivered_afact2
from {{ source('lake', 'geocorr__puma_place_2010') }}
union all
select
    2020 as census_year,
    state,
    puma22 as puma,
    place,
    state || place as geoid,
    pop20 as population,
    afact as delivered_afact,
    afact2 as delivered_afact2
from {{ source('lake', 'geocorr__puma_place_2020') }}
