-- Which police agencies belong to which counties and places, and with which part.
--
-- State police belong to no area. Counties: those of the year's header (up to five), else the one of the crosswalk of
-- 2012; each has the part of its residents among them. The police of New York City is spread over its five counties
-- (seed police_agency_counties). In Connecticut headers of 2022 name the counties that had been replaced: they are taken
-- from the header of 2023. A county that was divided or redrawn before the year has no residents under its old code, and
-- no part of an agency: its row says that the agency knows nothing but that code.
--
-- Places: that of the crosswalk; an agency that is not in it by the name of its city; then one whose county has exactly
-- one place of the frame. An agency belongs to one place, whole.
with agencies as (
    select
        header.*,
        listed.county_geoid as listed_county,
        listed.place_geoid as listed_place,
        listed.ori is not null as is_listed
    from {{ ref('stg_police_agencies__batch_headers') }} as header
    left join {{ ref('stg_police_agencies__crosswalk') }} as listed using (ori)
    where header.agency_indicator <> 'state police'
),

named_counties as (
    select
        agency.year,
        agency.ori,
        agency.state,
        unnest(case
            when given.counties is not null then given.counties
            when agency.state = '09' and agency.year = 2022 then later.counties
            when len(agency.counties) > 0 then agency.counties
            when agency.listed_county is not null then [agency.listed_county]
        end) as named
    from agencies as agency
    left join agencies as later on agency.ori = later.ori and later.year = 2023
    left join (
        select
            ori,
            list(county_geoid order by county_geoid) as counties
        from {{ ref('police_agency_counties') }}
        group by all
    ) as given on agency.ori = given.ori
),

counties as (
    select distinct
        named_counties.year,
        named_counties.ori,
        named_counties.state,
        coalesce(change.new_geoid, named_counties.named) as geoid
    from named_counties
    left join {{ ref('geography_changes') }} as change
        on
            change.geography_type = 'county'
            and change.change = 'recoded'
            and named_counties.named = change.old_geoid
            and named_counties.year >= change.first_year
),

places_by_name as (
    {{ cities_by_key() }}
),

only_places as (
    select
        frame.year,
        crosswalk.county_geoid,
        min(crosswalk.place_geoid) as geoid
    from {{ ref('crosswalk_county_place') }} as crosswalk
    inner join {{ ref('geography_years') }} as frame
        on
            frame.geography_type = 'place'
            and crosswalk.place_geoid = frame.geoid
            and frame.year between crosswalk.first_year and crosswalk.last_year
    group by all
    having count(distinct crosswalk.place_geoid) = 1
),

places as (
    select
        agency.year,
        agency.ori,
        agency.state,
        case
            when agency.is_listed then agency.listed_place
            else coalesce(named.geoid, alone.geoid)
        end as geoid
    from agencies as agency
    left join places_by_name as named
        on
            agency.year = named.year
            and agency.state = named.state
            and {{ city_key('agency.city_name') }} = named.city_key
    left join only_places as alone
        on
            agency.year = alone.year
            and agency.first_county = alone.county_geoid
)

select
    'county' as geography_type,
    county.geoid,
    county.year,
    county.ori,
    county.state,
    agency.is_core,
    residents.people::double / sum(residents.people) over (partition by county.year, county.ori) as part,
    residents.people,
    concat_ws(';', agency.source_file, 'police_agencies/2012/crosswalk', residents.source_file) as source_files
from counties as county
inner join agencies as agency using (year, ori)
left join {{ ref('stg_census_acs_tables__ages') }} as residents
    on
        residents.geography_type = 'county'
        and county.geoid = residents.geoid
        and county.year = residents.year
where
    residents.geoid is not null
    or county.geoid in (
        select change.old_geoid from {{ ref('geography_changes') }} as change
        where change.geography_type = 'county' and change.change <> 'recoded' and change.first_year <= county.year
    )
union all by name
select
    'place' as geography_type,
    place.geoid,
    place.year,
    place.ori,
    place.state,
    agency.is_core,
    1.0 as part,
    residents.people,
    agency.source_file || ';police_agencies/2012/crosswalk;' || residents.source_file as source_files
from places as place
inner join agencies as agency using (year, ori)
inner join {{ ref('stg_census_acs_tables__ages') }} as residents
    on
        residents.geography_type = 'place'
        and place.geoid = residents.geoid
        and place.year = residents.year
