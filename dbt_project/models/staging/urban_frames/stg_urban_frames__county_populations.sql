-- In 2014 the agency's "County, State" was split carelessly: names keep a leading blank, and one was not
-- split at all, so that the state's name holds both and the county's is missing.
select
    year,
    state,
    county,
    state || county as geoid,
    trim(split_part(state_name, ', ', 1)) as state_name,
    trim(coalesce(county_name, split_part(state_name, ', ', 2))) as name,
    population,
    _row as frame_row
from {{ source('lake', 'urban_frames__county_populations') }}
