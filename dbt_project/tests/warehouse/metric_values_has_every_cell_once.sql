-- Every series x geography x label is there exactly once, as released and, if Urban has published it, as
-- rebuilt, by number and by name.
with expected as (
    select
        count(*) as released,
        count(*) filter (where series.published_file is not null) as published
    from {{ ref('series_cells') }} as cell
    inner join {{ ref('series_numbers') }} as series using (series_number)
),

counted as (
    select
        'published_values' as model,
        count(*) as found,
        count(distinct cell_id) as cells,
        (select published from expected) as expected
    from {{ ref('published_values') }}
    union all
    select
        'metric_values',
        count(*),
        count(distinct cell_id),
        (select released from expected)
    from {{ ref('metric_values') }}
)

select *
from counted
where found <> expected or cells <> expected or expected = 0
