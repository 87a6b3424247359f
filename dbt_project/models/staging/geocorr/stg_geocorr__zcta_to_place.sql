-- Shares of ZIP areas that lie in places; what lies in no place is left out. The share of the place that lies in the
-- ZIP area is taken from the people: the export of 2018 divides by all places of the country with the same five digits.
with exports as (
    select
        2010 as census_year,
        zcta5 as zcta,
        state || placefp14 as geoid,
        placefp14 as place,
        pop10 as population,
        afact
    from {{ source('lake', 'geocorr__zcta_place_2010') }}
    union all
    select
        2020 as census_year,
        zcta,
        state || place as geoid,
        place,
        pop20 as population,
        afact
    from {{ source('lake', 'geocorr__zcta_place_2020') }}
)

select
    census_year,
    zcta,
    geoid,
    population,
    afact,
    population / nullif(sum(population) over (partition by census_year, geoid), 0) as share_of_place
from exports
where place <> '99999'
