-- Shares of counties that lie in places of the frame and the reverse, from counts of people, for the
-- counties that exist in each year.
with intersections as (
    select
        census_year,
        state,
        county_geoid,
        geoid as place_geoid,
        population::double as population,
        sum(population) over (partition by census_year, county_geoid)::double as county_population,
        -- the former counties and the planning regions each hold all people of a place
        sum(population) over (partition by census_year, by_planning_region, geoid)::double as place_population,
        null::double as delivered_afact,
        origin
    from {{ ref('stg_geocorr__county_to_place') }}
),

periods as (
    select
        county_place_census_year as census_year,
        min(year) as first_year,
        max(year) as last_year
    from {{ ref('geography_vintages') }}
    group by county_place_census_year
)

select
    carried.census_year,
    greatest(periods.first_year, county.valid_from, place.valid_from) as first_year,
    least(periods.last_year, county.valid_to, place.valid_to) as last_year,
    carried.state,
    carried.county_geoid,
    carried.place_geoid,
    carried.population,
    carried.county_population,
    carried.place_population,
    carried.population / carried.county_population as afact,
    carried.population / carried.place_population as afact2,
    case when carried.basis = 'export' then carried.origin else carried.basis end as basis
from {{ with_successor_counties('intersections') }} as carried
inner join periods using (census_year)
inner join {{ ref('geographies') }} as county
    on
        carried.county_geoid = county.geoid
        and county.geography_type = 'county'
inner join {{ ref('geographies') }} as place
    on
        carried.place_geoid = place.geoid
        and place.geography_type = 'place'
where
    greatest(periods.first_year, county.valid_from, place.valid_from)
    <= least(periods.last_year, county.valid_to, place.valid_to)
order by carried.census_year, carried.place_geoid, carried.county_geoid
