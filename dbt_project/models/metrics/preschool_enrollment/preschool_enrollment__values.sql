-- Share of the 3- and 4-year-olds, in group quarters too, who attend nursery school or preschool. Children in
-- kindergarten count as not enrolled; those in the first grade or above are left out.
with sums as (
    select * from {{ ref('survey_person_sums') }}
    where metric = 'preschool_enrollment'
),

{{ survey_shares('preschool_enrollment', groups=['race_ethnicity', 'income_group'], source_tables=['persons', 'housing_units']) }}
