-- A decision names only deviations that exist, and every deviation is named by a decision.
with named as (
    select distinct unnest(string_split(substr(decision, length('deviation:') + 1), ';')) as deviation_id
    from {{ ref('method_decisions') }}
    where starts_with(decision, 'deviation:')
)

select deviation_id
from named
full join {{ ref('deviations') }} as deviation using (deviation_id)
where named.deviation_id is null or deviation.title is null
