-- Shares of PUMAs that lie in places of the frame, from counts of people. A place code is unique only
-- within its state, so the key is always state and place. `delivered` shares are Geocorr's own, with four
-- decimals: its afact2 of 2010 divides by all places of the country with the same five digits, which is why
-- the flags published before 2022 are too low.
with shares as (
    select
        *,
        sum(population) over (partition by census_year, state, puma)::double as puma_population,
        sum(population) over (partition by census_year, geoid)::double as target_population
    from {{ ref('stg_geocorr__puma_to_place') }}
),

valid as (
    select
        period.crosswalk_period,
        greatest(period.first_year, place.valid_from) as first_year,
        least(period.last_year, place.valid_to) as last_year,
        shares.state,
        shares.puma,
        shares.geoid,
        shares.population::double as population,
        shares.puma_population,
        shares.target_population,
        shares.population / shares.puma_population as afact,
        shares.population / shares.target_population as afact2,
        shares.delivered_afact,
        shares.delivered_afact2
    from shares
    inner join {{ crosswalk_periods() }} as period using (census_year)
    inner join {{ ref('geographies') }} as place
        on
            shares.geoid = place.geoid
            and place.geography_type = 'place'
            and place.valid_from <= period.last_year
            and place.valid_to >= period.first_year
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
    published_geographic_allocation_quality
from {{ with_allocation_quality('valid') }}
order by crosswalk_period, geoid, puma
