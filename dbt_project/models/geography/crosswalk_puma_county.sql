-- Shares of PUMAs that lie in counties, from counts of people, for the counties that exist in each year.
-- Geocorr prints its own shares with four decimals; they are kept (delivered) for the flag as published.
with delivered as (
    select
        census_year,
        by_planning_region,
        state,
        puma,
        geoid as county_geoid,
        population::double as population,
        delivered_afact,
        delivered_afact2,
        'export' as origin
    from {{ ref('stg_geocorr__puma_to_county') }}
),

-- While Geocorr's export by planning region is not at hand, Urban's copy of it serves.
fallback as (
    select
        2020 as census_year,
        true as by_planning_region,
        urban.state,
        urban.puma,
        urban.geoid as county_geoid,
        urban.population,
        urban.afact as delivered_afact,
        urban.afact2 as delivered_afact2,
        'urban_copy' as origin
    from {{ ref('stg_urban_crosswalks__puma_to_county') }} as urban
    where
        urban.crosswalk_period = '2022'
        and urban.geoid in (select new_geoid from {{ ref('geography_changes') }} where change = 'redrawn')
        and not exists (select 1 from delivered where by_planning_region)
),

intersections as (
    select
        *,
        sum(population::decimal(38, 12)) over (
            partition by census_year, by_planning_region, state, puma
        )::double as puma_population
    from (
        select * from delivered
        union all
        select * from fallback
    ) as united
),

-- Puerto Rico, and Connecticut's counties in exports of 2020, are in no frame of the period and leave here.
valid as (
    select
        period.crosswalk_period,
        greatest(period.first_year, county.valid_from) as first_year,
        least(period.last_year, county.valid_to) as last_year,
        carried.state,
        carried.puma,
        carried.county_geoid as geoid,
        carried.population,
        carried.puma_population,
        sum(carried.population::decimal(38, 12)) over target::double as target_population,
        carried.population / carried.puma_population as afact,
        carried.population / sum(carried.population::decimal(38, 12)) over target::double as afact2,
        carried.delivered_afact,
        carried.delivered_afact2,
        case when carried.basis = 'export' then carried.origin else carried.basis end as basis
    from {{ with_successor_counties('intersections') }} as carried
    inner join {{ crosswalk_periods() }} as period using (census_year)
    inner join {{ ref('geographies') }} as county
        on
            carried.county_geoid = county.geoid
            and county.geography_type = 'county'
            and county.valid_from <= period.last_year
            and county.valid_to >= period.first_year
    window target as (partition by carried.census_year, carried.county_geoid)
)

select
    crosswalk_period,
    first_year,
    last_year,
    state,
    puma,
    geoid,
    population,
    puma_population,
    target_population,
    afact,
    afact2,
    sum_products,
    geographic_allocation_quality,
    delivered_afact,
    delivered_afact2,
    delivered_sum_products,
    published_geographic_allocation_quality,
    basis
from {{ with_allocation_quality('valid') }}
order by crosswalk_period, geoid, puma
