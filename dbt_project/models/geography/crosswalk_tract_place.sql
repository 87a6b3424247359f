-- Shares of tracts that lie in places of the frame, for each year of the ACS: tracts of 2010 to places of 2014 for the
-- years before 2020, tracts of 2020 to places of 2020 from then on, in Connecticut from 2022 on under the codes of the
-- planning regions. `afact` is as Geocorr prints it, four decimals.
with shares as (
    select
        census_year,
        tract_geoid,
        geoid,
        afact::decimal(18, 9) as afact
    from {{ ref('stg_geocorr__tract_to_place') }}
    where afact > 0
)

select
    vintage.year,
    coalesce(region.tract_2022, shares.tract_geoid) as tract_geoid,
    shares.geoid,
    shares.afact
from {{ ref('geography_vintages') }} as vintage
inner join shares on vintage.tract_census_year = shares.census_year
inner join {{ ref('geography_years') }} as place
    on
        place.geography_type = 'place'
        and vintage.year = place.year
        and shares.geoid = place.geoid
left join {{ ref('stg_connecticut_crosswalk__tracts') }} as region
    on vintage.year >= 2022 and shares.tract_geoid = region.tract_2020
