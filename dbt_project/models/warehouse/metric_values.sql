{{ config(materialized='view') }}
-- The long table: one row per cell of every series, with its value or the reason why there is none.
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
    quality_reason,
    missing_reason,
    origin,
    deviation_ids,
    series_id
from {{ ref('released_cells') }}
