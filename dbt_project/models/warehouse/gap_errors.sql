-- Exact standard errors of differences between two groups, from the replicates (macro survey_differences), where both
-- values are released as computed. Of a metric whose series stays published, the error would be that of other numbers.
with pairs as (
    select
        computed.metric,
        computed.geography_type,
        computed.geoid,
        computed.year,
        computed.variable,
        computed.subgroup_type,
        computed.subgroup as group_a,
        computed.sample,
        unnest(computed.differences, recursive := true)
    from {{ ref('computed_rows') }} as computed
    where computed.differences is not null
)

select
    pairs.geography_type,
    pairs.geoid,
    pairs.year,
    pairs.variable,
    pairs.subgroup_type,
    pairs.group_a,
    pairs.other as group_b,
    pairs.sample,
    pairs.standard_error
from pairs
-- A group has its differences to groups of every kind on each of its rows.
inner join {{ ref('metric_subgroups') }} as label
    on
        pairs.metric = label.metric
        and pairs.subgroup_type = label.subgroup_type
        and pairs.other = label.subgroup
inner join {{ ref('series_status') }} as released
    on
        pairs.geography_type = released.geography_type
        and pairs.year = released.year
        and pairs.variable = released.variable
        and pairs.subgroup_type = released.subgroup_type
        and pairs.sample = released.sample
where released.origin = 'computed'
