-- A computed cell that differs from the published one must be named by a deviation. In the sample channel the
-- published files of survey metrics are invented apart from the invented records, so they need not agree.
select * from {{ ref('comparison_with_published') }}
where
    not agrees
    and deviation_ids = ''
    and (
        sample = ''
        or (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
    )
