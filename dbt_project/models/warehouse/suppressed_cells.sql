-- The suppression list, one row per geography, year, variable, subgroup, measure and publication.
-- `subgroup` is null where all labels are meant.
{%- macro each(column) -%} unnest(string_split({{ column }}, ';')) {%- endmacro %}
with lists as (
    select
        suppression_id,
        geography_type,
        {{ each('geoids') }} as geoid,
        years,
        variables,
        subgroups,
        measures,
        published_in,
        released_in
    from {{ ref('suppressions') }}
),

by_year as (
    select * exclude (years), {{ each('years') }}::integer as year from lists
),

by_variable as (
    select * exclude (variables), {{ each('variables') }} as variable from by_year
),

by_subgroup as (
    select
        * exclude (subgroups),
        unnest(coalesce(string_split(subgroups, ';'), [null])) as subgroup
    from by_variable
),

by_measure as (
    select * exclude (measures), {{ each('measures') }} as measure from by_subgroup
),

by_stage as (
    select * exclude (published_in, released_in), 'published' as stage, {{ each('published_in') }} as publication
    from by_measure
    union all by name
    select * exclude (published_in, released_in), 'released' as stage, {{ each('released_in') }} as publication
    from by_measure
)

select
    stage,
    publication::integer as publication,
    geography_type,
    geoid,
    year,
    variable,
    subgroup,
    list_contains(list(measure), 'value') as hides_value,
    list_contains(list(measure), 'lower') as hides_bounds,
    list_contains(list(measure), 'quality') as hides_quality
from by_stage
group by stage, publication, geography_type, geoid, year, variable, subgroup
