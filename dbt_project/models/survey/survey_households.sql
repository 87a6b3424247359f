{{ config(materialized='view') }}
-- Households (occupied housing units) with the race and age of their reference person, in the PUMAs that the
-- year's crosswalk knows. Files of housing units name the householder from 2021 on; before, and where they do not, the
-- person record does, and without the persons of a state there are none.
with heads as (
    select
        person.year,
        person.sample,
        person.state,
        person.serial_number,
        person.age,
        {{ race_ethnicity('person.hispanic_origin', 'person.race') }} as race_ethnicity
    from {{ ref('stg_census_acs_pums__persons') }} as person
    where person.is_reference_person
)

select
    unit.*,
    coalesce(unit.householder_age, heads.age) as head_age,
    case
        when unit.householder_race is null then heads.race_ethnicity
        else {{ race_ethnicity('unit.householder_hispanic_origin', 'unit.householder_race') }}
    end as race_ethnicity
from {{ ref('stg_census_acs_pums__housing_units') }} as unit
inner join {{ ref('geography_vintages') }} as vintage
    on
        unit.year = vintage.year
        and unit.puma_vintage = vintage.puma_vintage
left join heads
    on
        unit.year = heads.year
        and unit.sample = heads.sample
        and unit.state = heads.state
        and unit.serial_number = heads.serial_number
where
    unit.is_household
    and (unit.householder_race is not null or heads.serial_number is not null)
