-- The two layouts of the agency as one: districts, groups and counts. The year is that of the fall. A district
-- whose total is `.` has no data and no row. Groups of the long files other than all students and the seven races
-- (disabilities, kinds of shelter) are left out, and other groups of data (children of 3 to 5 years), which the file of
-- 2022-23 may have.
with counts as (
    select
        substr(_vintage, 1, 4)::integer as year,
        "LEAID" as leaid,
        'All' as subgroup,
        total as given,
        'edfacts_homeless/' || _vintage || '/wide' as source_file
    from {{ source('lake', 'edfacts_homeless__wide') }}
    union all
    select
        substr(_vintage, 1, 4)::integer,
        "NCES LEA ID", -- noqa: RF05
        case when subgroup = 'All Students in LEA' then 'All' else subgroup end,
        value,
        'edfacts_homeless/' || _vintage || '/long'
    from {{ source('lake', 'edfacts_homeless__long') }}
    where
        "Data Group" = '655' -- noqa: RF05
        and subgroup in (
            'All Students in LEA',
            'American Indian or Alaska Native',
            'Asian',
            'Black or African American',
            'Hispanic/Latino',
            'Native Hawaiian or Other Pacific Islander',
            'Two or more races',
            'White'
        )
)

select
    year,
    leaid,
    subgroup,
    case when given <> 'S' then given::integer end as students,
    given = 'S' as is_suppressed,
    source_file
from counts
where given <> '.'
