-- A deviation of kind `corrected` may claim only cells that do differ.
select claim.*
from {{ ref('deviation_claims') }} as claim
left join {{ ref('released_differences') }} as difference
    using (geography_type, geoid, year, variable, subgroup_type, subgroup, sample, measure)
inner join {{ ref('metric_values') }} as released
    using (geography_type, geoid, year, variable, subgroup_type, subgroup, sample)
where
    claim.kind = 'corrected'
    and released.origin = 'published_2025'
    and difference.measure is null
