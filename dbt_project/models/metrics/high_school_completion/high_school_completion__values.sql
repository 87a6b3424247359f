-- Share of the 19- and 20-year-olds, in group quarters too, who have a diploma, a GED or more.
with sums as (
    select * from {{ ref('survey_person_sums') }}
    where metric = 'high_school_completion'
),

{{ survey_shares('high_school_completion', groups=['race_ethnicity', 'gender', 'disability'], source_tables=['persons']) }}
