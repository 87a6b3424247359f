{{ config(materialized='view') }}
-- Every cell that must exist: each series x each geography of its year's frame x each of its labels.
-- `cell_id` names a cell by one integer (series, row of the frame, label), so that the millions of
-- cells meet on a number and not on seven texts. It means nothing outside one build. A series whose
-- input is not at hand has no cells: its row in table `series` says why.
select
    {{ cell_id('series.series_number', 'frame.frame_row', 'label.position') }} as cell_id,
    series.series_number::usmallint as series_number,
    series.series_id,
    series.variable,
    series.geography_type,
    frame.geoid,
    series.year,
    series.subgroup_type,
    label.subgroup,
    series.sample,
    series.publication,
    frame.frame_row::integer as frame_row,
    label.position::utinyint as label_position
from {{ ref('series_status') }} as series
inner join {{ ref('geography_years') }} as frame
    on
        series.geography_type = frame.geography_type
        and series.year = frame.year
inner join {{ ref('series_labels') }} as label using (metric, subgroup_type)
where series.status = 'available'
