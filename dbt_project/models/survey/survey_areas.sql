-- Which share of each PUMA lives in which area of the frame, year by year: what sums over PUMAs are allocated with.
-- Shares are Geocorr's own with four decimals, as Urban uses them (a share that rounds to nothing allocates
-- nothing); flags are those of the corrected crosswalk. An area that lies in one PUMA and is not all of it has
-- no estimate of its own: it borrows the PUMA's.
with shares as (
    select 'county' as geography_type, * exclude (basis) from {{ ref('crosswalk_puma_county') }}
    union all by name
    select 'place' as geography_type, * from {{ ref('crosswalk_puma_place') }}
)

select
    shares.geography_type,
    frame.geoid,
    frame.year,
    vintage.puma_vintage,
    shares.state,
    shares.puma,
    shares.delivered_afact::decimal(13, 12) as afact,
    shares.geographic_allocation_quality as quality,
    count(*) over area as pumas,
    count(*) over area = 1 and shares.delivered_afact < 1 as is_borrowed
from shares
inner join {{ ref('geography_years') }} as frame
    on
        shares.geography_type = frame.geography_type
        and shares.geoid = frame.geoid
        and frame.year between shares.first_year and shares.last_year
inner join {{ ref('geography_vintages') }} as vintage
    on
        frame.year = vintage.year
        and shares.crosswalk_period = vintage.crosswalk_period
where shares.delivered_afact > 0
window area as (partition by shares.geography_type, frame.geoid, frame.year)
