-- What each computed cell is made of: numerator, denominator, sample size, files.
select
    geography_type,
    geoid,
    year,
    variable,
    subgroup_type,
    subgroup,
    sample,
    numerator,
    denominator,
    sample_size,
    design_effect,
    crosswalk_rows,
    is_puma_average,
    source_files
from {{ ref('computed_rows') }}
