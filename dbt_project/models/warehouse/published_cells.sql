-- Every cell of Urban's result files, with a value or without, each with the cell of the long table it belongs to
-- (`cell_id` is null where it finds none: see unmatched_rows).
select
    rows.published_file,
    rows.geography_type,
    rows.geoid,
    rows.year,
    rows.subgroup_type,
    rows.subgroup,
    rows.variable,
    rows.value,
    rows.lower,
    rows.upper,
    rows.quality,
    frame.geoid is null as is_outside_frame,
    coalesce(list_contains(string_split(file.assembled_in, ';'), series.publication::varchar), false) as is_assembled,
    coalesce(list_contains(string_split(file.released_in, ';'), series.publication::varchar), false) as is_released,
    {{ cell_id('series.series_number', 'frame.frame_row', 'label.position') }} as cell_id
from {{ ref('published_result_rows') }} as rows
inner join {{ ref('published_files') }} as file using (published_file)
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
