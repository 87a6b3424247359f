-- A deviation of kind `corrected` may claim only cells that do differ.
select claim.*
from {{ ref('deviation_claims') }} as claim
inner join {{ ref('released_cells') }} as released using (cell_id)
inner join {{ ref('series_status') }} as series using (series_number)
anti join {{ ref('released_differences') }} as difference using (cell_id, measure)
where
    claim.kind = 'corrected'
    and series.origin in ('published_2025', 'published_earlier')
