-- A computed cell that differs from the published one must be named by a deviation.
select * from {{ ref('comparison_with_published') }}
where not agrees and deviation_ids = ''
