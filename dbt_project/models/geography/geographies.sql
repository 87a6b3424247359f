-- Every code that the frame ever had, with the years in which it is valid and what came after it.
with successors as (
    select
        geography_type,
        old_geoid as geoid,
        string_agg(new_geoid, ';' order by new_geoid) as succeeded_by
    from {{ ref('geography_changes') }}
    where old_geoid is not null
    group by geography_type, old_geoid
)

select
    frame.geography_type,
    frame.geoid,
    arg_max(frame.name, frame.year) as name,
    arg_max(frame.state_name, frame.year) as state_name,
    min(frame.state) as state,
    min(frame.year) as valid_from,
    max(frame.year) as valid_to,
    min(successors.succeeded_by) as succeeded_by
from {{ ref('geography_years') }} as frame
left join successors using (geography_type, geoid)
group by frame.geography_type, frame.geoid
order by frame.geography_type, frame.geoid
