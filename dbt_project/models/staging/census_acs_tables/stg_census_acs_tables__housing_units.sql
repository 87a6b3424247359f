-- Housing units of tracts, occupied or not.
select
    right(_vintage, 4)::integer as year,
    geoid,
    "B25001_001E" as housing_units,
    {{ acs_margin('"B25001_001M"') }} as housing_units_margin,
    'census_acs_tables/' || _vintage || '/b25001_tract' as source_file
from {{ source('lake', 'census_acs_tables__b25001_tract') }}
where geoid[1:2] <> '72'
