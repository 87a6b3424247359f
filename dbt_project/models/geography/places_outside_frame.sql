-- Places that the frame does not list: who looks for one is led to the county that holds most of its people.
select
    place.geoid,
    min(place.name) as name,
    left(place.geoid, 2) as state,
    arg_max(place.county_geoid, (place.population, place.county_geoid)) as county_geoid,
    sum(place.population)::bigint as population
from {{ ref('stg_geocorr__places') }} as place
where place.geoid not in (select geoid from {{ ref('geographies') }} where geography_type = 'place')
group by place.geoid
order by place.geoid
