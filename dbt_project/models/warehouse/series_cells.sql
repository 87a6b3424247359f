-- Every cell that must exist: each series x each geography of its year's frame x each of its labels.
select
    series.series_id,
    series.variable,
    series.geography_type,
    frame.geoid,
    series.year,
    series.subgroup_type,
    label.subgroup,
    coalesce(series.sample, '') as sample,
    series.publication,
    series.metric
from {{ ref('series') }} as series
inner join {{ ref('geography_years') }} as frame
    on
        series.geography_type = frame.geography_type
        and series.year = frame.year
inner join {{ ref('metric_subgroups') }} as label
    on
        series.metric = label.metric
        and series.subgroup_type = label.subgroup_type
