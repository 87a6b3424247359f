-- A cell released otherwise than published must be named by a deviation of kind `corrected`.
select * from {{ ref('released_differences') }}
where deviation_ids = ''
