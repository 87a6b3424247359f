-- The limits for a family of four. The code has ten digits: state, county, town (99999 is the whole county).
-- Workbooks name it fips2010, from 2023 on fips.
select
    _vintage::integer as year,
    substr(coalesce("fips2010", "fips"), 1, 5) as county_geoid,
    coalesce("fips2010", "fips") as town,
    "ELI_4"::double as limit_30,
    "l50_4"::double as limit_50,
    "l80_4"::double as limit_80
from {{ source('lake', 'hud_income_limits__section8') }}
