-- A script per community: every overall series with its years, and the newest year of every division by groups.
with pieces as (
    select
        area_number, variable_number, subgroup_type <> 'all' as of_groups, subgroup_type,
        '[' || variable_number || ','
        || if(subgroup_type = 'all',
            '"' || array_to_string(list_transform(cells, lambda one: year_letter(one.year)), '') || '"',
            '"' || subgroup_type || '",' || cells[1].year || ',['
                || array_to_string(list_transform(cells, lambda one: one.position), ',') || ']')
        || ',[' || v || ']' || regexp_replace(
            ',' || l || ',' || u || ',"' || q || '","' || r || '","' || d || '","' || sample || '"', '(,0|,"")+$', '')
        || ']' as text
    from packed_series
),

joined as (
    select area_number, of_groups, string_agg(text, ',' order by variable_number, subgroup_type) as text
    from pieces
    group by area_number, of_groups
),

-- Of every division the error of the difference between its highest and its lowest group, where the release has it.
valued as (
    select area_number, variable, variable_number, subgroup_type, one.year, one.position, one.v::double as value
    from (select * exclude (cells), unnest(cells) as one from packed_series where subgroup_type <> 'all')
    where one.v <> 'null'
),

ends as (
    select
        valued.area_number, valued.variable, valued.variable_number, valued.subgroup_type, valued.year,
        arg_max([label.position::varchar, label.subgroup], [valued.value, -(label.position::integer)]) as high,
        arg_min([label.position::varchar, label.subgroup], [valued.value, label.position::integer]) as low
    from valued
    inner join subgroups as label using (subgroup_type, position)
    where label.subgroup <> 'All'
    group by all
),

exact as (
    select
        ends.area_number,
        string_agg(
            '[' || ends.variable_number || ',"' || ends.subgroup_type || '",' || ends.high[1] || ',' || ends.low[1] || ','
            || format('{:.4g}', known.standard_error) || ']',
            ',' order by ends.variable_number, ends.subgroup_type
        ) as text
    from ends
    inner join area_numbers as area on ends.area_number = area.number
    inner join gap_errors_of_pages as known
        on area.geography_type = known.geography_type and area.geoid = known.geoid and ends.variable = known.variable
        and ends.subgroup_type = known.subgroup_type and ends.year = known.year
        and known.group_a = least(ends.high[2], ends.low[2]) and known.group_b = greatest(ends.high[2], ends.low[2])
    group by all
),

neighbours as (
    select geoid, string_agg('"' || neighbour_geoid || '"', ',' order by neighbour_geoid) as text
    from neighbours_of_pages
    group by geoid
),

-- As the macro `peers` of the release: the ten nearest in residents in the last year of the area.
people as (
    select area.geography_type, area.geoid, area.valid_to, frame.year, frame.population,
        row_number() over (partition by area.geography_type, frame.year order by frame.population, area.geoid) as nth
    from geographies as area
    inner join geography_years as frame using (geography_type, geoid)
    where frame.population > 0 and frame.year in (select valid_to from geographies)
),

size as (
    select mine.geoid, any_value(mine.population) as people,
        list(other.geoid order by abs(ln(other.population / mine.population)), other.geoid)[:10] as listed
    from people as mine
    inner join people as other using (geography_type, year)
    where mine.year = mine.valid_to and other.geoid <> mine.geoid and abs(other.nth - mine.nth) <= 12
    group by mine.geoid
)

select
    area.geography_type,
    area.geoid,
    'M.community("' || area.geoid || '",{"series":[' || coalesce(series.text, '')
    || '],"groups":[' || coalesce(groups.text, '')
    || '],"neighbours":[' || coalesce(neighbours.text, '')
    || '],"people":' || coalesce(size.people, 0)
    || ',"size":' || coalesce('["' || array_to_string(size.listed, '","') || '"]', '[]')
    || coalesce(',"errors":[' || exact.text || ']', '') || '});' || chr(10) as script
from area_numbers as area
left join joined as series on series.area_number = area.number and not series.of_groups
left join joined as groups on groups.area_number = area.number and groups.of_groups
left join exact on area.number = exact.area_number
left join neighbours using (geoid)
left join size using (geoid)
order by area.geography_type, area.geoid
