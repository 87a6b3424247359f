-- Students of each school by race: boys, girls and those of another or an unknown sex together, not the agency's own
-- total. A negative code is no answer and adds nobody.
with given as (
    {{ either_way('enrollment') }}
)

select
    year::integer as year,
    ncessch,
    race,
    coalesce(sum(enrollment) filter (where enrollment >= 0), 0)::integer as students,
    min(source_file) as source_file
from given
where sex <> 99
group by all
