-- A row of a published file that vanishes must be listed in seed unmatched_reasons.
select * from {{ ref('unmatched_rows') }}
where not is_listed
