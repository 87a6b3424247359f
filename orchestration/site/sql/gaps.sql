-- A script per variable, division by groups and year: the values of each group in all areas of a kind, in the order in
-- which the start lists them, with their standard errors. Maps of gaps between groups are drawn of it.
-- Standard errors as the macro `measured` of the release has them.
-- Earlier releases have no column interval_flag.
with abouts as (
    select *, (to_json(given) ->> 'interval_flag')::integer as worst_flag from variables as given
),

cells as (
    select
        cell.variable, cell.subgroup_type, cell.geography_type, cell.year, cell.sample, label.position, area.number,
        packed(cell.value, about.unit) as v, coalesce(cell.quality, 0)::varchar as q,
        case
            when (about.interval_kind = 'sampling_95' or (about.interval_kind = 'model_95' and cell.geography_type = 'county'))
                and coalesce(cell.quality <= about.worst_flag, true)
                and cell.upper - cell.lower is not null
            then nullif(greatest(cell.upper - cell.value, cell.value - cell.lower), 0)
                / if(cell.sample in ('acs1', 'acs5'), 1.9904502102301285, 1.959963984540054)
        end as standard_error
    from metric_values as cell
    inner join abouts as about using (variable)
    inner join subgroups as label using (subgroup_type, subgroup)
    inner join area_numbers as area using (geography_type, geoid)
    -- One sample: groups of two are not set side by side.
    where cell.subgroup <> 'All'
    qualify cell.sample = min(cell.sample) over (
        partition by cell.variable, cell.subgroup_type, cell.geography_type, cell.year)
),

series as (
    select variable, subgroup_type, geography_type, year, any_value(sample) as sample, position,
        bool_or(standard_error is not null) as has_errors
    from cells
    group by all
    having count(*) filter (where v <> 'null') > 0
)

select
    series.variable, series.subgroup_type, series.geography_type, series.year, series.sample, series.position,
    array_to_string(list(if(cell.v is null or cell.v = 'null', '', cell.v) order by area.number), ',') as v,
    array_to_string(list(coalesce(cell.q, '0') order by area.number), '') as q,
    if(any_value(has_errors), list(cell.standard_error order by area.number), null) as errors
from series
inner join area_numbers as area using (geography_type)
left join cells as cell
    on series.variable = cell.variable and series.subgroup_type = cell.subgroup_type
    and series.geography_type = cell.geography_type and series.year = cell.year and series.position = cell.position and area.number = cell.number
group by series.variable, series.subgroup_type, series.geography_type, series.year, series.sample, series.position
order by 1, 2, 4, 3, 6
