-- Each vintage gives the year it is named after; codes may have lost the zeros in front.
select
    _vintage::integer as year,
    lpad(STATE, 2, '0') || lpad(COUNTY, 3, '0') as geoid,
    case _vintage
        when '2020' then POPESTIMATE2020
        when '2022' then POPESTIMATE2022
        when '2023' then POPESTIMATE2023
    end as population
from {{ source('lake', 'census_population_estimates__counties') }}
where lpad(SUMLEV, 3, '0') = '050'
