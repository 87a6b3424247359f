-- A point of every area that has one, in degrees: the centre of gravity of a county's newest shape, the point of a
-- city. Longitudes count from 96 degrees west, so that Alaska's islands beyond 180 degrees lie beside the others.
with newest as (
    select geoid, max(valid_from) as valid_from from geography_shapes group by geoid
),

ring_points as (
    select
        ring.geoid, ring.polygon, ring.ring,
        ((point.longitude + 96 + 540) % 360) - 180 as x,
        point.latitude as y,
        ring.position as arc_position,
        if(ring.is_backwards, -point.position, point.position) as point_position
    from newest
    inner join shape_arcs as ring using (geoid, valid_from)
    inner join arc_points as point using (edition, arc)
),

edges as (
    select
        geoid, x, y,
        lead(x) over way as next_x, lead(y) over way as next_y,
        x * lead(y) over way - lead(x) over way * y as twice_area
    from ring_points
    window way as (partition by geoid, polygon, ring order by arc_position, point_position)
),

counties as (
    select
        geoid,
        sum((x + next_x) * twice_area) / (3 * sum(twice_area)) as x,
        sum((y + next_y) * twice_area) / (3 * sum(twice_area)) as y
    from edges
    where next_x is not null
    group by geoid
    having abs(sum(twice_area)) > 0
)

select
    area.number,
    coalesce(county.x, ((city.longitude + 96 + 540) % 360) - 180) as longitude,
    coalesce(county.y, city.latitude) as latitude
from area_numbers as area
left join counties as county on area.geography_type = 'county' and area.geoid = county.geoid
left join points_of_pages as city on area.geography_type = 'place' and area.geoid = city.geoid
order by area.number
