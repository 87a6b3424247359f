-- Every series x geography x label is there exactly once, as released and, if Urban has published it, as
-- rebuilt, by number and by name.
-- Sums of hashes say whether these are the same cells, each as often: to count distinct ones takes twice as long.
with expected as (
    select
        count(*) as released,
        sum(hash(cell.cell_id)) as sum_of_released,
        count(*) filter (where series.published_file is not null) as published,
        sum(hash(cell.cell_id)) filter (where series.published_file is not null) as sum_of_published
    from {{ ref('series_cells') }} as cell
    inner join {{ ref('series_numbers') }} as series using (series_number)
),

counted as (
    select
        'published_values' as model,
        count(*) as found,
        (select published from expected) as expected,
        coalesce(sum(hash(cell_id)) = (select sum_of_published from expected), false) as same_cells
    from {{ ref('published_values') }}
    union all
    select
        'metric_values',
        count(*),
        (select released from expected),
        coalesce(sum(hash(cell_id)) = (select sum_of_released from expected), false)
    from {{ ref('metric_values') }}
)

select *
from counted
where found <> expected or not same_cells or expected = 0
