-- Every number that our models compute, also from inputs that do not cover the whole frame.
-- Whether a series is released as computed is decided in series_status.
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
    metric
from {{ ref('computed_rows') }}
