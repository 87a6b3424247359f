-- Every series x geography x label is there exactly once, as rebuilt and as released.
with counted as (
    select 'assembled_cells' as model, count(*) as found, count(distinct cell_id) as cells
    from {{ ref('assembled_cells') }}
    union all
    select 'released_cells', count(*), count(distinct cell_id)
    from {{ ref('released_cells') }}
)

select
    counted.*,
    expected.cells as expected
from counted
cross join (select count(*) as cells from {{ ref('series_cells') }}) as expected
where counted.found <> expected.cells or counted.cells <> expected.cells or expected.cells = 0
