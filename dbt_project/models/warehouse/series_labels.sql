-- The labels that a metric fills in a subgroup type, with their place in the published order.
select
    metric_label.metric,
    metric_label.subgroup_type,
    metric_label.subgroup,
    label.position
from {{ ref('metric_subgroups') }} as metric_label
inner join {{ ref('subgroups') }} as label using (subgroup_type, subgroup)
