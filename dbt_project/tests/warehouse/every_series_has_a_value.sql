-- A series that is released must have at least one value. A computed one may have none only because every sample of
-- it is too small, as in a state of a few thousand invented people.
select series.series_id
from {{ ref('series_status') }} as series
inner join {{ ref('released_cells') }} as cell using (series_number)
where series.status = 'available'
group by series.series_id
having
    count(cell.value) = 0
    and not bool_and(cell.origin = 'computed' and cell.missing_reason in ('sample_too_small', 'geography_not_matched'))
