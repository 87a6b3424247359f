-- Each deviation claims as many cells as were counted on the published files. National data only: the
-- sample has other geographies.
select
    deviation.deviation_id,
    deviation.expected_cells,
    count(claim.cell_id) as claimed_cells
from {{ ref('deviations') }} as deviation
left join {{ ref('deviation_claims') }} as claim using (deviation_id)
where
    deviation.kind <> 'layout'
    and (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
group by all
having deviation.expected_cells <> count(claim.cell_id)
