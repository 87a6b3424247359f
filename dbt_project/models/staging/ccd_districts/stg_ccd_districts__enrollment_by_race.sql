-- Students of each school district by the groups of the metrics: other races are the agency's Asian, American Indian or
-- Alaska Native, Native Hawaiian or other Pacific Islander, and two or more races. Negative enrolment is a code for no
-- answer and adds nobody; unknown races (9) and the agency's own total (99) are no group.
select
    year::integer as year,
    leaid,
    case race
        when 1 then 'White, Non-Hispanic'
        when 2 then 'Black, Non-Hispanic'
        when 3 then 'Hispanic'
        else 'Other Races and Ethnicities'
    end as subgroup,
    coalesce(sum(enrollment) filter (where enrollment >= 0), 0)::integer as students,
    'ccd_districts/' || min(_vintage) || '/enrollment_by_race' as source_file
from {{ source('lake', 'ccd_districts__enrollment_by_race') }}
where race between 1 and 7 and sex = 99
group by all
