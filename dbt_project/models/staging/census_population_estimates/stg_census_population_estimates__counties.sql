-- Each vintage gives the year it is named after; codes may have lost the zeros in front.
select
    _vintage::integer as year,
    lpad("STATE", 2, '0') || lpad("COUNTY", 3, '0') as geoid,
    case _vintage
        {%- for vintage in [2014, 2019, 2020, 2021, 2022, 2023, 2024] %}
        when '{{ vintage }}' then "POPESTIMATE{{ vintage }}"
        {%- endfor %}
    end as population
from {{ source('lake', 'census_population_estimates__counties') }}
where lpad("SUMLEV", 3, '0') = '050'
