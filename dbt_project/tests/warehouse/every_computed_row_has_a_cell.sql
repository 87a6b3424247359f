-- A row of a series that exists, with a geography or a label that the series does not know, would be lost without a
-- word: its cell would read as missing.
select computed.*
from {{ ref('computed_values') }} as computed
semi join {{ ref('series_numbers') }} as series using (metric, geography_type, variable, subgroup_type, year, sample)
where
    (computed.geography_type, computed.geoid, computed.year)
    not in (select (geography_type, geoid, year) from {{ ref('geography_years') }})
    or (computed.metric, computed.subgroup_type, computed.subgroup)
    not in (select (metric, subgroup_type, subgroup) from {{ ref('series_labels') }})
