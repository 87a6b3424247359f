-- A script per variable and year: the overall values of all areas, in the order in which the start lists them; and
-- one of their bounds, which maps do not need.
with cells as (
    select variable, area_number, unnest(cells) as cell from packed_series where subgroup_type = 'all'
),

years as (
    select variable, cell.year as year, bool_or(cell.v <> 'null') as has_value, bool_or(cell.l <> 'null') as has_bounds
    from cells
    group by all
),

listed as (
    select
        years.variable, years.year, any_value(has_bounds) as has_bounds,
        list({
            v: coalesce(cell.cell.v, 'null'), l: coalesce(cell.cell.l, 'null'), u: coalesce(cell.cell.u, 'null'),
            q: coalesce(cell.cell.q, '0')
        } order by area.number) as found
    from years
    cross join area_numbers as area
    left join cells as cell
        on cell.variable = years.variable and cell.cell.year = years.year and cell.area_number = area.number
    where years.has_value
    group by all
)

select
    variable, year,
    'M.metric("' || variable || '",' || year || ',{"v":[' || array_to_string(list_transform(found, lambda one: one.v), ',')
    || '],"q":"' || array_to_string(list_transform(found, lambda one: one.q), '') || '"});' || chr(10) as script,
    if(has_bounds, 'M.metric("' || variable || '",' || year || ',{"l":['
        || array_to_string(list_transform(found, lambda one: one.l), ',') || '],"u":['
        || array_to_string(list_transform(found, lambda one: one.u), ',') || ']});' || chr(10), null) as bounds
from listed
order by variable, year
