-- Every cell of Urban's result files, with a value or without, each with the cell of the long table it belongs to.
-- Where it finds none (`cell_id` is null: see unmatched_rows) it says in words what it is.
-- An earlier version of a file stands in only where the version of 2025 is not at hand.
-- Rows are gathered before they are placed: the view is a union of some three hundred selects, and two threads that
-- write a table straight from it take twice the work of one (docs/decisions/0098-rows-gathered-first.md).
with result_rows as materialized (
    select * from {{ ref('published_result_rows') }}
),

superseded as (
    select earlier.earlier_file
    from {{ ref('earlier_files') }} as earlier
    where earlier.published_file in (select result_rows.published_file from result_rows)
),

file_uses as (
    select
        file.published_file,
        publication.publication,
        list_contains(string_split(file.assembled_in, ';'), publication.publication::varchar) as is_assembled,
        list_contains(string_split(file.released_in, ';'), publication.publication::varchar) as is_released
    from {{ ref('published_files') }} as file
    cross join {{ ref('publication_list') }} as publication
    union all
    select
        earlier_file,
        unnest(string_split(publications, ';'))::integer as publication,
        true as is_assembled,
        true as is_released
    from {{ ref('earlier_files') }}
),

placed as (
    select
        rows.*,
        frame.geoid is null as is_outside_frame,
        coalesce(file_uses.is_assembled, false) as is_assembled,
        coalesce(file_uses.is_released, false) as is_released,
        {{ cell_id('series.series_number', 'frame.frame_row', 'label.position') }} as cell_id
    from result_rows as rows
    left join {{ ref('series_numbers') }} as series
        on
            rows.geography_type = series.geography_type
            and rows.variable = series.variable
            and rows.subgroup_type = series.subgroup_type
            and rows.year = series.year
    left join {{ ref('geography_years') }} as frame
        on
            rows.geography_type = frame.geography_type
            and rows.geoid = frame.geoid
            and rows.year = frame.year
    left join {{ ref('series_labels') }} as label
        on
            series.metric = label.metric
            and series.subgroup_type = label.subgroup_type
            and rows.subgroup = label.subgroup
    left join file_uses
        on
            rows.published_file = file_uses.published_file
            and series.publication = file_uses.publication
    where rows.published_file not in (select superseded.earlier_file from superseded)
)

select
    published_file,
    {%- for name in ['geography_type', 'geoid', 'year', 'subgroup_type', 'subgroup', 'variable'] %}
    case when cell_id is null then {{ name }} end as {{ name }},
    {%- endfor %}
    value,
    lower,
    upper,
    quality,
    is_outside_frame,
    is_assembled,
    is_released,
    cell_id
from placed
