-- A deviation that claims nothing is an error; deviations of layout claim no cells. National data only.
select deviation.deviation_id
from {{ ref('deviations') }} as deviation
left join {{ ref('deviation_claims') }} as claim using (deviation_id)
where
    deviation.kind <> 'layout'
    and claim.deviation_id is null
    and (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
