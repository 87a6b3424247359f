-- What the scripts of the pages are made of: numbers as short texts, variables and areas by number.
create or replace temp macro packed(estimate, unit) as
    case
        when estimate is null then 'null'
        when unit like 'share%' then round(estimate * 10000)::bigint::varchar
        when abs(estimate) >= 1000 then round(estimate)::bigint::varchar
        -- Five digits: the bounds of learning rates lie some thousandths from 1.
        else format('{:.5g}', estimate)
    end;
create or replace temp macro year_letter(calendar) as substr('0123456789abcdefghijklmnop', calendar - 2013, 1);

create or replace temp table variable_numbers as
select
    about.variable, about.unit, row_number() over (
        order by pillar.position, predictor.position, about.position) - 1 as number
from variables as about
left join pillars as pillar using (pillar)
left join predictors as predictor using (predictor);

create or replace temp table area_numbers as
select *, row_number() over (order by geography_type, geoid) - 1 as number from geographies;

create or replace temp table reason_letters as
select missing_reason, substr('abcdefghijklmnop', row_number() over (order by missing_reason)::integer, 1) as letter
from missing_reasons;

-- Overall values of every year, and of every division by groups the newest year with a value. One list a series.
create or replace temp table packed_series as
with newest as (
    select variable, geography_type, geoid, subgroup_type, max(year) filter (where value is not null) as year
    from metric_values
    where subgroup_type <> 'all'
    group by all
),

chosen as (
    select cell.*, label.position
    from metric_values as cell
    inner join newest using (variable, geography_type, geoid, subgroup_type, year)
    left join subgroups as label using (subgroup_type, subgroup)
    union all by name
    select *, year as position from metric_values where subgroup_type = 'all'
),

listed as (
    select
        area.number as area_number, about.number as variable_number,
        cell.variable, cell.subgroup_type, cell.sample,
        list({
            year: cell.year, position: cell.position, v: packed(cell.value, about.unit),
            l: packed(cell.lower, about.unit), u: packed(cell.upper, about.unit),
            q: coalesce(cell.quality, 0)::varchar, r: coalesce(reason.letter, '-'),
            d: if(cell.deviation_ids <> '', '1', '0')
        } order by cell.position) as cells,
        count(cell.value) as with_value, count(cell.lower) as with_bounds
    from chosen as cell
    inner join variable_numbers as about using (variable)
    inner join area_numbers as area using (geography_type, geoid)
    left join reason_letters as reason using (missing_reason)
    group by all
)

select
    area_number, variable_number, variable, subgroup_type, sample, cells, with_value, with_bounds,
    array_to_string(list_transform(cells, lambda one: one.v), ',') as v,
    if(with_bounds > 0, '[' || array_to_string(list_transform(cells, lambda one: one.l), ',') || ']', '0') as l,
    if(with_bounds > 0, '[' || array_to_string(list_transform(cells, lambda one: one.u), ',') || ']', '0') as u,
    -- Most series are Strong throughout.
    if(with_value = len(cells) and not list_contains(list_transform(cells, lambda one: one.q <> '1'), true), '',
        array_to_string(list_transform(cells, lambda one: one.q), '')) as q,
    if(with_value = len(cells), '', array_to_string(list_transform(cells, lambda one: one.r), '')) as r,
    if(list_contains(list_transform(cells, lambda one: one.d), '1'),
        array_to_string(list_transform(cells, lambda one: one.d), ''), '') as d
from listed
where with_value > 0 or subgroup_type = 'all';
