-- Computed values with the cell of the long table that each belongs to. Internal.
select
    computed.*,
    {{ cell_id('series.series_number', 'frame.frame_row', 'label.position') }} as cell_id
from {{ ref('computed_values') }} as computed
inner join {{ ref('series_numbers') }} as series using (metric, geography_type, variable, subgroup_type, year, sample)
inner join {{ ref('geography_years') }} as frame using (geography_type, geoid, year)
inner join {{ ref('series_labels') }} as label using (metric, subgroup_type, subgroup)
