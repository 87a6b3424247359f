-- A deviation of kind `computed_differs` may claim only cells that do differ.
select claim.*
from {{ ref('deviation_claims') }} as claim
inner join {{ ref('comparison_with_published') }} as comparison
    using (cell_id, measure)
where claim.kind = 'computed_differs' and comparison.agrees
