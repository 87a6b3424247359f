-- Establishments by ZIP code and industry, at the level of six digits, and the ZIP code's total.
select
    "zip" as zip,
    _vintage::integer as year,
    "naics" as naics,
    "est" as establishments,
    'cbp/' || _vintage || '/zip' as source_file
from {{ source('lake', 'cbp__zip') }}
where "naics" = '------' or regexp_full_match("naics", '[0-9]{6}')
