-- The persons that three metrics ask about, summed by PUMA, group and answer: one scan of the records.
-- Records of a PUMA generation that the year's crosswalk does not know (2010 and 2011 in the sample of
-- 2010-2014) are left out: their codes mean other areas.
-- Not materialized: kept, 16 million persons with 81 weights would fill the memory.
with persons as not materialized (
    select
        person.*,
        case
            when person.age between 25 and 54 and person.is_in_household then 'employment'
            when person.age in (19, 20) and person.sample = 'acs5' then 'high_school_completion'
            -- Children in the first grade or above are outside of the question.
            when
                person.age in (3, 4) and person.sample = 'acs5' and coalesce(person.grade_attending, 0) <= 2
                then 'preschool_enrollment'
        end as metric
    from {{ ref('stg_census_acs_pums__persons') }} as person
    inner join {{ ref('geography_vintages') }} as vintage
        on
            person.year = vintage.year
            and person.puma_vintage = vintage.puma_vintage
),

-- The income group of children is a question to the household, so a state counts with both kinds of records.
households_at_hand as (
    select distinct year, sample, state from {{ ref('stg_census_acs_pums__housing_units') }}
    where sample = 'acs5'
),

children as (
    select distinct year, sample, state, serial_number from persons
    where metric = 'preschool_enrollment'
),

incomes as (
    select
        children.*,
        round(unit.household_income * (unit.housing_factor / 1e6)) as income
    from {{ ref('stg_census_acs_pums__housing_units') }} as unit
    inner join children using (year, sample, state, serial_number)
)

select
    person.metric,
    person.year,
    person.sample,
    person.state,
    person.puma,
    person.puma_vintage,
    case person.metric
        when 'employment' then coalesce(person.employment_status in (1, 2, 4, 5), false)
        when 'high_school_completion' then coalesce(person.schooling >= 16, false)
        when 'preschool_enrollment' then coalesce(person.grade_attending = 1, false)
    end as is_counted,
    {{ race_ethnicity('person.hispanic_origin', 'person.race') }} as race_ethnicity,
    case person.sex when 1 then 'Male' when 2 then 'Female' end as gender,
    case when person.has_disability then 'With Disability' else 'Without Disability' end as disability,
    case
        when person.metric = 'preschool_enrollment' then {{ income_group('incomes.income') }}
    end as income_group,
    count(*) as records,
    {{ weight_sums('weight') }}
from persons as person
left join incomes using (year, sample, state, serial_number)
where
    person.metric in ('employment', 'high_school_completion')
    or (
        person.metric = 'preschool_enrollment'
        and (person.year, person.sample, person.state) in (select (year, sample, state) from households_at_hand)
    )
group by all
