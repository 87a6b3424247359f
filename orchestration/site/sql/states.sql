-- Each state by itself, as large as {state_width} by {state_height} steps allow: its counties by their newest lines, and its
-- cities. After map.sql, whose plane is stretched; lines that two counties share stay shared.
create or replace temp table state_arcs as
with newest as (
    select geoid, max(valid_from) as valid_from from geography_shapes group by geoid
)
select left(geoid, 2) as state, geoid, edition, polygon, ring, position, arc, is_backwards
from newest inner join shape_arcs using (geoid, valid_from);

create or replace temp table state_frames as
select
    state, min(x) as least_x, min(y) as least_y,
    least({state_width} / (max(x) - min(x)), {state_height} / (max(y) - min(y))) as stretch,
    max(x) - min(x) as wide, max(y) - min(y) as high
from (select distinct state, edition, arc from state_arcs)
inner join plane using (edition, arc)
where plane.part = case state when '02' then 'alaska' when '15' then 'hawaii' else 'lower' end
group by state;

create or replace temp table state_steps as
select state, edition, arc, position, x, y
from (
    select
        used.state, edition, arc, plane.position,
        round((x - least_x) * stretch)::integer as x, round((y - least_y) * stretch)::integer as y
    from (select distinct state, edition, arc from state_arcs) as used
    inner join state_frames using (state)
    inner join plane using (edition, arc)
    where plane.part = case used.state when '02' then 'alaska' when '15' then 'hawaii' else 'lower' end
)
window way as (partition by state, edition, arc order by position)
qualify (x, y) is distinct from lag((x, y)) over way or lead(position) over way is null;

create or replace temp table state_rings as
select
    state, geoid, polygon, ring,
    list({x: point.x, y: point.y} order by used.position, if(used.is_backwards, -point.position, point.position)) as points
from state_arcs as used
inner join state_steps as point using (state, edition, arc)
group by all;

create or replace temp table state_places as
select
    left(city.geoid, 2) as state, city.geoid,
    round((city.fine_x - least_x) * stretch)::integer as x, round((city.fine_y - least_y) * stretch)::integer as y
from placed_places as city
inner join state_frames as frame on left(city.geoid, 2) = frame.state;
