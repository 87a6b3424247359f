-- The Atlas writes codes as numbers, without the zeros in front.
select
    lpad(zip, 5, '0') as zcta,
    left(lpad(county, 5, '0'), 2) as state,
    num_below_p50,
    ec_zip,
    _vintage as vintage
from {{ source('lake', 'oi_social_capital__zip') }}
