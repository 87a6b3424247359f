-- Labels `City, ST` of the places of the frame, made from their newest name: `Akron city` of Ohio is
-- `Akron, OH`. A label that fits two places is left out.
select
    trim(regexp_replace(geography.name, ' (city|town|village|CDP|municipality)$', '')) || ', ' || state.abbreviation as city,
    min(geography.geoid) as geoid
from {{ ref('geographies') }} as geography
inner join {{ ref('states') }} as state
    on geography.state = state.state
where geography.geography_type = 'place'
group by city
having count(*) = 1
