-- Establishments by county and industry, at the level of six digits, and the county's total.
select
    "fipstate" || "fipscty" as geoid,
    _vintage::integer as year,
    "naics" as naics,
    "est" as establishments,
    'cbp/' || _vintage || '/county' as source_file
from {{ source('lake', 'cbp__county') }}
where "fipscty" <> '999' and ("naics" = '------' or regexp_full_match("naics", '[0-9]{6}'))
