-- Every community is a geography of the frame, in the years that the seed says. National data only.
select community.geoid, community.first_year, community.last_year, geography.valid_from, geography.valid_to
from {{ ref('communities') }} as community
left join {{ ref('geographies') }} as geography using (geography_type, geoid)
where
    (geography.geoid is null or (community.first_year, community.last_year) <> (geography.valid_from, geography.valid_to))
    and (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
