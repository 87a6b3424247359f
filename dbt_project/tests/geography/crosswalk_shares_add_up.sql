-- Within 1e-6: shares of a PUMA over the counties of a year; shares of a county or place over its PUMAs, and of a
-- place over its counties. Both PUMA exports count the same people in a PUMA, and no share of it is above 1.
with years as (
    select distinct year from {{ ref('geography_years') }}
),

sums as (
    select 'puma over counties' as what, years.year, state || puma as code, sum(afact) as total
    from {{ ref('crosswalk_puma_county') }}
    inner join years on years.year between first_year and last_year
    group by all
    union all
    select 'county over pumas' as what, years.year, geoid as code, sum(afact2) as total
    from {{ ref('crosswalk_puma_county') }}
    inner join years on years.year between first_year and last_year
    group by all
    union all
    select 'place over pumas' as what, years.year, geoid as code, sum(afact2) as total
    from {{ ref('crosswalk_puma_place') }}
    inner join years on years.year between first_year and last_year
    group by all
    union all
    select 'place over counties' as what, years.year, place_geoid as code, sum(afact2) as total
    from {{ ref('crosswalk_county_place') }}
    inner join years on years.year between first_year and last_year
    group by all
    union all
    select 'puma of places against puma of counties' as what, place.first_year, place.state || place.puma as code,
        min(place.puma_population / county.puma_population) as total
    from {{ ref('crosswalk_puma_place') }} as place
    left join {{ ref('crosswalk_puma_county') }} as county using (crosswalk_period, state, puma)
    group by all
    union all
    select 'puma over places, at most' as what, years.year, state || puma as code, greatest(sum(afact), 1) as total
    from {{ ref('crosswalk_puma_place') }}
    inner join years on years.year between first_year and last_year
    group by all
)

select * from sums
where coalesce(abs(total - 1) > 1e-6, true)
