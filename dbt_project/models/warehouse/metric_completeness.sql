-- Whether a computed series covers the whole frame, so that it may be released in place of the published
-- one. A geography is covered when the source has a row for it, be it a code for suppressed, or knows its
-- area under an older code (geography_not_matched); it is not when the source says nothing of it
-- (no_source_data). How much must be covered is a rule of the metric (seed completeness_rules).
with covered as (
    select
        computed.metric,
        computed.geography_type,
        computed.variable,
        computed.subgroup_type,
        computed.year,
        computed.sample,
        substr(computed.geoid, 1, 2) as state,
        count(*) as cells,
        count(*) filter (where computed.missing_reason is distinct from 'no_source_data') as covered_cells
    from {{ ref('computed_values') }} as computed
    group by all
),

summed as (
    select
        covered.* exclude (state, cells, covered_cells),
        sum(cells) as cells,
        sum(covered_cells) as covered_cells,
        count(*) filter (where covered_cells = 0) as states_without_data
    from covered
    group by all
),

expected as (
    select
        series.series_id,
        series.metric,
        series.geography_type,
        series.variable,
        series.subgroup_type,
        series.year,
        series.sample,
        count(*) as cells
    from {{ ref('series_numbers') }} as series
    inner join {{ ref('geography_years') }} as frame using (geography_type, year)
    inner join {{ ref('series_labels') }} as label using (metric, subgroup_type)
    group by all
)

select
    expected.series_id,
    summed.cells = expected.cells
    and summed.covered_cells >= rule.least_share * expected.cells
    and (not rule.every_state or summed.states_without_data = 0) as complete,
    summed.covered_cells || ' of ' || expected.cells || ' cells covered, '
    || summed.states_without_data || ' states without data; needed: '
    || (100 * rule.least_share)::integer || ' %'
    || case when rule.every_state then ' and every state' else '' end as reason
from expected
inner join summed using (metric, geography_type, variable, subgroup_type, year, sample)
inner join {{ ref('completeness_rules') }} as rule
    on
        expected.metric = rule.metric
        and expected.geography_type = rule.geography_type
