-- The Atlas writes county codes as numbers, without the zeros in front.
select
    lpad(county, 5, '0') as geoid,
    ec_county,
    ec_se_county,
    _vintage as vintage
from {{ source('lake', 'oi_social_capital__county') }}
