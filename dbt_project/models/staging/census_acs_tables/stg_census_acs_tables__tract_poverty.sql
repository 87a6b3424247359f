-- People of tracts whose poverty status is known, and the poor among them.
select
    right(_vintage, 4)::integer as year,
    geoid,
    "B17001_001E" as universe,
    "B17001_002E" as poor,
    'census_acs_tables/' || _vintage || '/b17001_tract' as source_file
from {{ source('lake', 'census_acs_tables__b17001_tract') }}
where geoid[1:2] <> '72'
