-- A city that is a county of its own: same PUMAs, same shares but for some blocks at the border, same flag.
with city as (
    select pair.name, place.*, pair.county_geoid
    from {{ ref('independent_cities') }} as pair
    inner join {{ ref('crosswalk_puma_place') }} as place on pair.place_geoid = place.geoid
),

county as (
    select pair.name, county.*
    from {{ ref('independent_cities') }} as pair
    inner join {{ ref('crosswalk_puma_county') }} as county on pair.county_geoid = county.geoid
)

select
    name,
    crosswalk_period,
    puma,
    city.afact as city_afact,
    county.afact as county_afact,
    city.geographic_allocation_quality as city_flag,
    county.geographic_allocation_quality as county_flag
from city
full join county using (name, crosswalk_period, puma)
where
    abs(coalesce(city.afact, 0) - coalesce(county.afact, 0)) > 0.001
    or city.geographic_allocation_quality <> county.geographic_allocation_quality
