-- The frame: every community that a table must show, year by year.
with counties as (
    select
        'county' as geography_type,
        geoid,
        year,
        state,
        county,
        null::varchar as place,
        state_name,
        name,
        population,
        frame_row
    from {{ ref('stg_urban_frames__county_populations') }}
),

places as (
    select
        'place' as geography_type,
        geoid,
        year,
        state,
        null::varchar as county,
        place,
        state_name,
        name,
        population,
        frame_row
    from {{ ref('stg_urban_frames__place_populations') }}
),

frame as (
    select * from counties
    union all
    select * from places
)

select
    frame.geography_type,
    frame.geoid,
    frame.year,
    frame.state,
    frame.county,
    frame.place,
    coalesce(repair.state_name, frame.state_name) as state_name,
    coalesce(repair.name, frame.name) as name,
    frame.population,
    frame.frame_row
from frame
left join {{ ref('name_repairs') }} as repair
    on
        frame.geography_type = repair.geography_type
        and frame.geoid = repair.geoid
        and frame.year = repair.year
order by frame.geography_type, frame.frame_row
