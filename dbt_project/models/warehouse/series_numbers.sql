-- The series with a number each, so that a cell can be named by one integer (see series_cells).
select
    series_id,
    row_number() over (order by series_id) as series_number,
    variable,
    geography_type,
    subgroup_type,
    year,
    coalesce(sample, '') as sample,
    publication,
    published_file,
    metric
from {{ ref('series') }}
