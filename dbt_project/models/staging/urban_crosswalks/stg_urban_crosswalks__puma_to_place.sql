select
    crosswalk_period,
    statefip as state,
    puma,
    statefip || place as geoid,
    population,
    afact,
    afact2,
    products as product,
    sum_products,
    place_pop as target_population,
    geographic_allocation_quality
from {{ source('lake', 'urban_crosswalks__puma_to_place') }}
