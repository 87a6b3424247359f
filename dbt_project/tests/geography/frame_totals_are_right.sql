-- National channel: areas and people of every year, and the Census Bureau's estimate of each county in the years
-- whose files are at hand (2020 is the decennial count, for which the estimates do not stand).
with frame as (
    select geography_type, year, count(*) as geographies, sum(population) as population
    from {{ ref('geography_years') }}
    group by geography_type, year
)

select
    coalesce(control.geography_type, frame.geography_type) || ' ' || coalesce(control.year, frame.year) as what,
    frame.population as found,
    control.population as expected
from frame
full join {{ ref('geography_control_totals') }} as control
    on frame.geography_type = control.geography_type and frame.year = control.year
where
    (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
    and (
        frame.geographies is distinct from control.geographies
        or frame.population is distinct from control.population
    )
union all
select 'estimate ' || coalesce(estimate.geoid, county.geoid) || ' ' || coalesce(estimate.year, county.year) as what,
    county.population as found,
    estimate.population as expected
from (
    from {{ ref('stg_census_population_estimates__counties') }}
    where year <> 2020 and year in (select year from {{ ref('geography_years') }})
) as estimate
full join (
    from {{ ref('geography_years') }}
    where
        geography_type = 'county'
        and year <> 2020
        and year in (select year from {{ ref('stg_census_population_estimates__counties') }})
) as county
    on estimate.geoid = county.geoid and estimate.year = county.year
where county.population is distinct from estimate.population
