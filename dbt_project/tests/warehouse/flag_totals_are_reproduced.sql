-- Urban's own flag counts, column by column. They count the real database, so they say nothing of the sample.
select totals.*
from {{ ref('flag_totals') }} as totals
where
    totals.has_input
    and not totals.agrees
    and (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
