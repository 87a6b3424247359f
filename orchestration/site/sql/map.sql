-- The counties of each run of years as paths on a plane of {width} by {height} steps: Albers' equal-area conics of
-- the lower states, Alaska (0.35 as large) and Hawaii, side by side, as maps of the country show them. Points are
-- rounded to whole steps: borders that two counties share stay shared, as both round the same points.
create or replace temp macro conic_n(south, north) as (sin(radians(south)) + sin(radians(north))) / 2;
create or replace temp macro conic_c(south, north) as
    1 + sin(radians(south)) * (2 * conic_n(south, north) - sin(radians(south)));
create or replace temp macro conic_rho(south, north, latitude) as
    sqrt(conic_c(south, north) - 2 * conic_n(south, north) * sin(radians(latitude))) / conic_n(south, north);
create or replace temp macro turned(longitude, middle) as ((longitude - middle + 540) % 360) - 180;
create or replace temp macro conic_x(south, north, middle, longitude, latitude) as
    conic_rho(south, north, latitude)
    * sin(conic_n(south, north) * radians(((longitude - middle + 540) % 360) - 180));
create or replace temp macro conic_y(south, north, middle, longitude, latitude) as
    -- Downwards, as pictures count.
    conic_rho(south, north, latitude)
    * cos(conic_n(south, north) * radians(((longitude - middle + 540) % 360) - 180));

create or replace temp table parts as
select * from (values
    -- part, parallels, middle, longitude and latitude that come to (left, top), size
    ('lower', 29.5, 45.5, -96.0, -96.6, 38.7, 1.0, 0.0, 0.0),
    ('alaska', 55.0, 65.0, -154.0, -156.0, 58.5, 0.35, -0.307, 0.201),
    ('hawaii', 8.0, 18.0, -157.0, -160.0, 19.9, 1.0, -0.205, 0.212)
) as listed (part, south, north, middle, centre_longitude, centre_latitude, size, moved_x, moved_y);

-- The cities, where they lie on the same plane.
create or replace temp table placed_places as
select geoid, round(fine_x)::integer as x, round(fine_y)::integer as y, fine_x, fine_y
from (
    select
        geoid,
        {scale} * (size * (conic_x(south, north, middle, longitude, latitude)
            - conic_x(south, north, middle, centre_longitude, centre_latitude)) + moved_x) + {width} / 2 as fine_x,
        {scale} * (size * (conic_y(south, north, middle, longitude, latitude)
            - conic_y(south, north, middle, centre_longitude, centre_latitude)) + moved_y) + {height} / 2 as fine_y
    from points_of_pages
    inner join parts on part = case left(geoid, 2) when '02' then 'alaska' when '15' then 'hawaii' else 'lower' end
);

create or replace temp table arc_points as
select edition, arc, position, point[1] as longitude, point[2] as latitude
from (
    select edition, arc, unnest(points) as point, generate_subscripts(points, 1) as position
    from (select edition, arc, from_json(points, '[["DOUBLE"]]') as points from geography_arcs)
);

create or replace temp table shape_arcs as
select geoid, valid_from, edition, polygon, ring, position, if(number < 0, -1 - number, number) as arc, number < 0 as is_backwards
from (
    select geoid, valid_from, edition, polygon, ring, unnest(arcs) as number, generate_subscripts(arcs, 1) as position
    from (
        select geoid, valid_from, edition, polygon, unnest(rings) as arcs, generate_subscripts(rings, 1) as ring
        from (
            select geoid, valid_from, edition, unnest(polygons) as rings, generate_subscripts(polygons, 1) as polygon
            from (select *, from_json(arcs, '[[["INTEGER"]]]') as polygons from geography_shapes)
        )
    )
);

-- Where every point of a line lies on the plane, once for the part of the picture it is drawn in.
create or replace temp table plane as
with used as (
    select distinct edition, arc,
        case left(geoid, 2) when '02' then 'alaska' when '15' then 'hawaii' else 'lower' end as part
    from shape_arcs
)
select
    used.edition, used.arc, used.part, point.position,
    {scale} * (size * (conic_x(south, north, middle, longitude, latitude)
        - conic_x(south, north, middle, centre_longitude, centre_latitude)) + moved_x) + {width} / 2 as x,
    {scale} * (size * (conic_y(south, north, middle, longitude, latitude)
        - conic_y(south, north, middle, centre_longitude, centre_latitude)) + moved_y) + {height} / 2 as y
from used
inner join parts using (part)
inner join arc_points as point using (edition, arc);

-- The same as whole steps, without points that round to the one before.
create or replace temp table steps as
select edition, arc, part, position, x, y
from (select * replace (round(x)::integer as x, round(y)::integer as y) from plane)
qualify (x, y) is distinct from lag((x, y)) over (partition by edition, arc, part order by position)
    -- The last point is the first of the next arc: it stays.
    or position = max(position) over (partition by edition, arc, part);

-- Every second point that hardly bends the line is left out, twice over: nobody sees the difference.
create or replace temp macro thinned(before) as table
    select * exclude (nth, of_arc, bend)
    from (
        select *,
            row_number() over way as nth,
            count(*) over (partition by edition, arc, part) as of_arc,
            abs(
                (x - lag(x) over way) * (lead(y) over way - lag(y) over way)
                - (y - lag(y) over way) * (lead(x) over way - lag(x) over way)
            ) as bend
        from query_table(before)
        window way as (partition by edition, arc, part order by position)
    )
    where nth = 1 or nth = of_arc or nth % 2 = 1 or bend > {bend};
create or replace temp table thinned_once as from thinned('steps');
create or replace temp table thinned_twice as from thinned('thinned_once');

-- Years with the same counties have one map.
create or replace temp table maps as
with starts as (
    select distinct valid_from as first_year from geography_shapes
    union
    select distinct valid_to + 1 from geography_shapes
)
select first_year, lead(first_year) over (order by first_year) - 1 as last_year
from starts
qualify last_year is not null;

create or replace temp table map_rings as
select
    maps.first_year, shape.geoid, ring.polygon, ring.ring,
    list({x: point.x, y: point.y} order by ring.position, if(ring.is_backwards, -point.position, point.position)) as points
from maps
inner join geography_shapes as shape on maps.first_year between shape.valid_from and shape.valid_to
inner join shape_arcs as ring on shape.geoid = ring.geoid and shape.valid_from = ring.valid_from
inner join thinned_twice as point on ring.edition = point.edition and ring.arc = point.arc
    and point.part = case left(shape.geoid, 2) when '02' then 'alaska' when '15' then 'hawaii' else 'lower' end
group by all;

create or replace temp table state_lines as
with borders as (
    select maps.first_year, ring.edition, ring.arc
    from maps
    inner join geography_shapes as shape on maps.first_year between shape.valid_from and shape.valid_to
    inner join shape_arcs as ring on shape.geoid = ring.geoid and shape.valid_from = ring.valid_from
    group by all
    having count(distinct left(shape.geoid, 2)) > 1
)
select borders.first_year, borders.edition, borders.arc, list({x: point.x, y: point.y} order by point.position) as points
from borders
inner join thinned_twice as point using (edition, arc)
where point.part = 'lower'
group by all;
