-- Codes are text of full length, an area lies in the state of its PUMA, shares are above 0 and at most 1.
select 'county' as crosswalk, geoid, puma, afact, afact2
from {{ ref('crosswalk_puma_county') }}
where not coalesce(
    regexp_full_match(geoid, '[0-9]{5}') and regexp_full_match(puma, '[0-9]{5}') and substr(geoid, 1, 2) = state
    and afact > 0 and afact <= 1 and afact2 > 0 and afact2 <= 1, false
)
union all
select 'place' as crosswalk, geoid, puma, afact, afact2
from {{ ref('crosswalk_puma_place') }}
where not coalesce(
    regexp_full_match(geoid, '[0-9]{7}') and regexp_full_match(puma, '[0-9]{5}') and substr(geoid, 1, 2) = state
    and afact > 0 and afact <= 1 and afact2 > 0 and afact2 <= 1, false
)
union all
select 'county_place' as crosswalk, place_geoid, county_geoid, afact, afact2
from {{ ref('crosswalk_county_place') }}
where not coalesce(
    regexp_full_match(place_geoid, '[0-9]{7}') and regexp_full_match(county_geoid, '[0-9]{5}')
    and substr(place_geoid, 1, 2) = state and substr(county_geoid, 1, 2) = state
    and afact > 0 and afact <= 1 and afact2 > 0 and afact2 <= 1, false
)
