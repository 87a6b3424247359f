-- The cells that Urban's assembly hides (seed suppressions). A list without subgroups means all of them.
with lists as (
    select
        geography_type,
        unnest(string_split(geoids, ';')) as geoid,
        years,
        variables,
        coalesce(string_split(subgroups, ';'), [null]) as subgroups,
        measures,
        publications
    from {{ ref('suppressions') }}
),

by_year as (
    select * exclude (years), unnest(string_split(years, ';'))::integer as year from lists
),

by_variable as (
    select * exclude (variables), unnest(string_split(variables, ';')) as variable from by_year
),

by_subgroup as (
    select * exclude (subgroups), unnest(subgroups) as subgroup from by_variable
),

by_publication as (
    select * exclude (publications), unnest(string_split(publications, ';'))::integer as publication
    from by_subgroup
)

select
    cell.cell_id,
    bool_or(list_contains(string_split(list.measures, ';'), 'value')) as hides_value,
    bool_or(list_contains(string_split(list.measures, ';'), 'lower')) as hides_bounds,
    bool_or(list_contains(string_split(list.measures, ';'), 'quality')) as hides_quality
from by_publication as list
inner join {{ ref('series_cells') }} as cell
    on
        list.publication = cell.publication
        and list.geography_type = cell.geography_type
        and list.geoid = cell.geoid
        and list.year = cell.year
        and list.variable = cell.variable
        and cell.subgroup = coalesce(list.subgroup, cell.subgroup)
group by cell.cell_id
