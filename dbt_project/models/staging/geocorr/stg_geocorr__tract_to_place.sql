-- Tracts are written as numbers with a point (`201.02`, `0201.02`): the part before it has four digits, the part
-- behind it two. Read as numbers, 201 and 201.00 would become two tracts.
with exports as (
    select
        2010 as census_year,
        county,
        tract,
        placefp14 as place,
        pop10 as population,
        afact
    from {{ source('lake', 'geocorr__tract_place_2010') }}
    union all
    select
        2020 as census_year,
        county,
        tract,
        place,
        pop20 as population,
        afact
    from {{ source('lake', 'geocorr__tract_place_2020') }}
)

select
    census_year,
    county || lpad(split_part(tract, '.', 1), 4, '0') || rpad(split_part(tract, '.', 2), 2, '0') as tract_geoid,
    substr(county, 1, 2) || place as geoid,
    population,
    afact
from exports
where place <> '99999'
