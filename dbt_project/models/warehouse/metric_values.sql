{{ config(materialized='view') }}
-- The long table: one row per cell of every series, with its value or the reason why there is none.
-- `cell_id` is of this build only and is not released.
select
    named.geography_type,
    named.geoid,
    named.year,
    named.variable,
    named.subgroup_type,
    named.subgroup,
    named.sample,
    named.value,
    named.lower,
    named.upper,
    named.quality,
    named.quality_reason,
    named.missing_reason,
    series.origin,
    named.deviation_ids,
    named.series_id,
    named.cell_id
from ({{ with_names(ref('released_cells')) }}) as named
inner join {{ ref('series_status') }} as series using (series_number)
