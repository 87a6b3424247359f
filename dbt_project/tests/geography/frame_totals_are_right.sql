-- National channel: areas and people of every year, and the Census Bureau's estimate of each county in the years
-- whose files are at hand (2020 is the decennial count, for which the estimates do not stand).
select frame.geography_type || ' ' || frame.year as what, count(*) as found, any_value(control.geographies) as expected
from {{ ref('geography_years') }} as frame
left join {{ ref('geography_control_totals') }} as control using (geography_type, year)
where (select run.channel from {{ source('lake', 'run_context') }} as run) = 'national'
group by frame.geography_type, frame.year
having
    count(*) is distinct from any_value(control.geographies)
    or sum(frame.population) is distinct from any_value(control.population)
union all
select 'estimate ' || coalesce(estimate.geoid, frame.geoid) || ' ' || coalesce(estimate.year, frame.year) as what,
    frame.population as found, estimate.population as expected
from (from {{ ref('stg_census_population_estimates__counties') }} where year >= 2022) as estimate
full join (
    from {{ ref('geography_years') }}
    where
        geography_type = 'county'
        and year in (select year from {{ ref('stg_census_population_estimates__counties') }} where year >= 2022)
) as frame
    on estimate.geoid = frame.geoid and estimate.year = frame.year
where frame.population is distinct from estimate.population
