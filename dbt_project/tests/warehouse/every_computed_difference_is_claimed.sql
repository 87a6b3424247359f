-- A computed cell that differs from the published one must be named by a deviation. In the sample channel the
-- published files of survey metrics are invented apart from the invented records, so they need not agree. To draw
-- them from the records would put a second implementation of seven metrics into what ships, and the slips of the
-- published programs with it; instead a test recomputes the sample's survey cells record by record
-- (tests/integration/sample/test_survey_cells.py), and others emulate the slips
-- (tests/unit/survey/test_published_slips.py).
select * from {{ ref('comparison_with_published') }}
where
    not agrees
    and deviation_ids = ''
    and (
        sample = ''
        or (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
    )
