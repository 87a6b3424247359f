-- A difference from Urban's crosswalks must be claimed by exactly one row of crosswalk_defects. In the national
-- channel each row claims as many as it says.
select geoid || ' ' || puma || ' ' || measure as what, defect_ids, null::bigint as found, null::integer as expected
from {{ ref('crosswalk_comparison') }}
where not agrees and (defect_ids = '' or contains(defect_ids, ';'))
union all
select 'count of differences' as what, defect.defect_id, count(comparison.geoid) as found, defect.differences
from {{ ref('crosswalk_defects') }} as defect
left join {{ ref('crosswalk_comparison') }} as comparison
    on defect.defect_id = comparison.defect_ids
where (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
group by defect.defect_id, defect.differences
having found <> defect.differences
