{{ config(materialized='view') }}
-- Households (occupied housing units) with the race and age of their reference person, in the PUMAs that the
-- year's crosswalk knows. Without the persons of a state at hand there are none.
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
    heads.age as head_age,
    heads.race_ethnicity
from {{ ref('stg_census_acs_pums__housing_units') }} as unit
inner join {{ ref('geography_vintages') }} as vintage
    on
        unit.year = vintage.year
        and unit.puma_vintage = vintage.puma_vintage
inner join heads
    on
        unit.year = heads.year
        and unit.sample = heads.sample
        and unit.state = heads.state
        and unit.serial_number = heads.serial_number
where unit.is_household
