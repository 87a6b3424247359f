-- Share of the people aged 25 to 54 in households who are employed; armed forces at work are, the unemployed and
-- those not in the labor force are not.
with sums as (
    select * from {{ ref('survey_person_sums') }}
    where metric = 'employment'
),

{{ survey_shares('employment', groups=['race_ethnicity', 'gender', 'disability'], source_tables=['persons']) }}
