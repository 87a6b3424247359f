-- Every series x geography x label is there exactly once, as rebuilt and as released, by number and by name.
with counted as (
    select 'published_values' as model, count(*) as found, count(distinct cell_id) as cells
    from {{ ref('published_values') }}
    union all
    select 'metric_values', count(*), count(distinct cell_id)
    from {{ ref('metric_values') }}
)

select
    counted.*,
    expected.cells as expected
from counted
cross join (select count(*) as cells from {{ ref('series_cells') }}) as expected
where counted.found <> expected.cells or counted.cells <> expected.cells or expected.cells = 0
