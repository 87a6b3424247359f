-- The rows by planning region, whichever file they come from: people per PUMA equal the export by former county,
-- people per region the export from region to place, pairs the list of tracts but for 726 people at a border.
with region as (
    select * from {{ ref('crosswalk_puma_county') }}
    where
        crosswalk_period = '2022'
        and geoid in (select new_geoid from {{ ref('geography_changes') }} where change = 'redrawn')
),

exported_puma as (
    select state, puma, sum(population) as people
    from {{ ref('stg_geocorr__puma_to_county') }}
    where census_year = 2020 and not by_planning_region and state in (select state from region)
    group by state, puma
),

exported_region as (
    select county_geoid, sum(population) as people
    from {{ ref('stg_geocorr__county_to_place') }}
    where by_planning_region
    group by county_geoid
),

tract_pairs as (
    select distinct region_geoid as geoid, puma from {{ ref('stg_connecticut_crosswalk__tracts') }}
    where region_geoid in (select geoid from region)
)

select 'puma ' || puma as what, min(region.puma_population) as found, min(exported_puma.people) as expected
from region
full join exported_puma using (state, puma)
group by puma
having min(region.puma_population) is distinct from min(exported_puma.people)
union all
select
    'region ' || coalesce(region.geoid, exported_region.county_geoid) as what,
    min(region.target_population) as found,
    min(exported_region.people) as expected
from region
full join exported_region on region.geoid = exported_region.county_geoid
group by region.geoid, exported_region.county_geoid
having min(region.target_population) is distinct from min(exported_region.people)
union all
select 'pair ' || geoid || ' ' || puma as what, region.population, null as expected
from region
full join tract_pairs using (geoid, puma)
where
    (region.population is null or tract_pairs.geoid is null)
    and coalesce(region.population, 1e9) > 726
