-- HUD's income limits for a family of four, of each county of the frame and, as a mean weighted by people, of each
-- place. New England's limits are by town: the county has their plain mean.
with towns as (
    select distinct
        town_2020 as town,
        region_geoid
    from {{ ref('stg_connecticut_crosswalk__tracts') }}
),

counties as (
    select * from {{ ref('geography_years') }}
    where geography_type = 'county'
),

-- HUD kept Connecticut's counties after the frame had changed to planning regions.
delivered as (
    select
        limits.year,
        case when county.geoid is null then coalesce(towns.region_geoid, limits.county_geoid) else county.geoid end as geoid,
        limits.limit_30,
        limits.limit_50,
        limits.limit_80
    from {{ ref('stg_hud_income_limits__section8') }} as limits
    left join counties as county
        on
            limits.county_geoid = county.geoid
            and limits.year = county.year
    left join towns using (town)
),

means as (
    select
        year,
        geoid,
        sum(limit_30::decimal(18, 6))::double / count(limit_30) as limit_30,
        sum(limit_50::decimal(18, 6))::double / count(limit_50) as limit_50,
        sum(limit_80::decimal(18, 6))::double / count(limit_80) as limit_80
    from delivered
    group by all
),

-- HUD changes codes in other years than the frame: a recoded or split county has the limits of its other code.
known_codes as (
    select
        geoid,
        geoid as code,
        1 as position
    from counties
    union
    select new_geoid, old_geoid, 2 from {{ ref('geography_changes') }} where change in ('recoded', 'split')
    union
    select old_geoid, new_geoid, 3 from {{ ref('geography_changes') }} where change = 'recoded'
),

county_limits as (
    select
        county.geoid,
        county.year,
        arg_min(means.limit_30, known.position) as limit_30,
        arg_min(means.limit_50, known.position) as limit_50,
        arg_min(means.limit_80, known.position) as limit_80
    from counties as county
    inner join known_codes as known using (geoid)
    inner join means
        on
            known.code = means.geoid
            and county.year = means.year
    group by all
)

select
    'county' as geography_type,
    *
from county_limits
union all
select
    'place' as geography_type,
    crosswalk.place_geoid as geoid,
    limits.year,
    {%- for level in [30, 50, 80] %}
    sum((limits.limit_{{ level }} * crosswalk.population)::decimal(38, 10))::double
    / sum(crosswalk.population::decimal(38, 10))::double as limit_{{ level }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('crosswalk_county_place') }} as crosswalk
inner join county_limits as limits
    on
        crosswalk.county_geoid = limits.geoid
        and limits.year between crosswalk.first_year and crosswalk.last_year
group by all
