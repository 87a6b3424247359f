{{ config(materialized='view') }}
-- The published database of 2025 in the shape of the long table, as Urban's own assembly makes it.
-- `cell_id` is of this build only and is not released.
select
    geography_type,
    geoid,
    year,
    variable,
    subgroup_type,
    subgroup,
    sample,
    value,
    lower,
    upper,
    quality,
    published_file,
    series_id,
    cell_id
from ({{ with_names(ref('assembled_cells')) }}) as named
