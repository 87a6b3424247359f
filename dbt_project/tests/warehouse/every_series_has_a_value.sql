-- A series that is released must have at least one value.
select series.series_id
from {{ ref('series_status') }} as series
inner join {{ ref('released_cells') }} as cell using (series_number)
where series.status = 'available'
group by series.series_id
having count(cell.value) = 0
