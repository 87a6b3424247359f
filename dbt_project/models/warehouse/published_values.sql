{{ config(materialized='view') }}
-- The published database of 2025 in the shape of the long table, as Urban's own assembly makes it.
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
    series_id
from {{ ref('assembled_cells') }}
