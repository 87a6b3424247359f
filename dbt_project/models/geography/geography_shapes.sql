-- A year takes its own edition of the boundaries where that has the county, and else the edition that has it:
-- Connecticut's eight counties stand in the older one, and are valid two years longer than the rest of it.
with recodes as (
    select old_geoid as geoid, new_geoid as boundary_geoid
    from {{ ref('geography_changes') }}
    where geography_type = 'county' and change = 'recoded'
),

known as (
    select distinct edition, geoid as boundary_geoid from {{ ref('stg_boundaries__rings') }}
),

-- The codes under which a county may stand there, as rows: one join on codes instead of one on either of two.
codes as (
    select boundary_geoid as geoid, boundary_geoid from known
    union
    select geoid, boundary_geoid from recodes
),

chosen as (
    select frame.geoid, frame.year, known.edition, known.boundary_geoid
    from {{ ref('geography_years') }} as frame
    inner join {{ ref('geography_vintages') }} as vintage using (year)
    inner join codes using (geoid)
    inner join known using (boundary_geoid)
    where frame.geography_type = 'county'
    qualify row_number() over (
        partition by frame.geoid, frame.year
        order by
            known.boundary_geoid <> frame.geoid,
            abs(known.edition - vintage.boundary_edition),
            known.edition desc
    ) = 1
),

-- A ring in the order of its walk; the last point of an arc is the first of the next one.
steps as (
    select
        ring.edition,
        ring.geoid,
        ring.polygon,
        ring.ring,
        ring.position as arc_position,
        if(ring.is_backwards, -point.position, point.position) as point_position,
        point.longitude,
        point.latitude,
        point.longitude || ' ' || point.latitude as point
    from {{ ref('stg_boundaries__rings') }} as ring
    inner join {{ ref('stg_boundaries__arc_points') }} as point using (edition, arc)
    qualify row_number() over (
        partition by ring.edition, ring.geoid, ring.polygon, ring.ring, ring.position
        order by if(ring.is_backwards, -point.position, point.position) desc
    ) > 1
),

rings as (
    select
        edition,
        geoid,
        polygon,
        ring,
        -- Sorted after: faster than an ordered aggregate.
        list_transform(list_sort(list((arc_position, point_position, point))), step -> step[3]) as points,
        min(longitude) as west,
        max(longitude) as east,
        min(latitude) as south,
        max(latitude) as north
    from steps
    group by edition, geoid, polygon, ring
    -- Some rings shrink to a line or a point when they are generalised: no ring, no polygon without its outer one.
    having list_unique(list(point)) > 2
),

-- A county of which nothing else is left (Falls Church city) is marked by a diamond around its line.
marks as (
    select
        edition,
        geoid,
        1 as polygon,
        1 as ring,
        [
            format('{:.6f} {:.6f}', a_x, a_y),
            format('{:.6f} {:.6f}', (a_x + b_x + b_y - a_y) / 2, (a_y + b_y - b_x + a_x) / 2),
            format('{:.6f} {:.6f}', b_x, b_y),
            format('{:.6f} {:.6f}', (a_x + b_x - b_y + a_y) / 2, (a_y + b_y + b_x - a_x) / 2)
        ] as points,
        least(a_x, b_x, (a_x + b_x - abs(b_y - a_y)) / 2) as west,
        greatest(a_x, b_x, (a_x + b_x + abs(b_y - a_y)) / 2) as east,
        least(a_y, b_y, (a_y + b_y - abs(b_x - a_x)) / 2) as south,
        greatest(a_y, b_y, (a_y + b_y + abs(b_x - a_x)) / 2) as north
    from (
        select
            edition,
            geoid,
            arg_min(longitude, (longitude, latitude)) as a_x,
            arg_min(latitude, (longitude, latitude)) as a_y,
            arg_max(longitude, (longitude, latitude)) as b_x,
            arg_max(latitude, (longitude, latitude)) as b_y
        from steps
        anti join rings using (edition, geoid)
        group by edition, geoid
    ) as corners
),

closed as (
    select *, false as is_mark from rings
    union all by name
    select *, true as is_mark from marks
),

polygons as (
    select
        edition,
        geoid,
        polygon,
        string_agg('(' || array_to_string(list_append(points, points[1]), ',') || ')', ',' order by ring) as rings,
        bool_or(is_mark) as is_mark,
        min(west) as west,
        max(east) as east,
        min(south) as south,
        max(north) as north
    from closed
    group by edition, geoid, polygon
    having min(ring) = 1
),

shapes as (
    select
        edition,
        geoid as boundary_geoid,
        -- DuckDB writes the binary form itself; as bytes it is read by versions that know no geometries.
        st_aswkb(('MULTIPOLYGON(' || string_agg('(' || rings || ')', ',' order by polygon) || ')')::geometry)::blob as shape,
        bool_or(is_mark) as is_mark,
        min(west) as west,
        max(east) as east,
        min(south) as south,
        max(north) as north
    from polygons
    group by edition, geoid
),

named_rings as (
    select
        edition,
        geoid as boundary_geoid,
        polygon,
        '[' || string_agg(arcs, ',' order by ring) || ']' as rings
    from (
        select
            edition,
            geoid,
            polygon,
            ring,
            '[' || string_agg(if(is_backwards, -1 - arc, arc), ',' order by position) || ']' as arcs
        from {{ ref('stg_boundaries__rings') }}
        group by edition, geoid, polygon, ring
    )
    group by edition, geoid, polygon
),

arcs as (
    select edition, boundary_geoid, '[' || string_agg(rings, ',' order by polygon) || ']' as arcs
    from named_rings
    group by edition, boundary_geoid
)

select
    'county' as geography_type,
    chosen.geoid,
    min(chosen.year) as valid_from,
    max(chosen.year) as valid_to,
    chosen.edition,
    chosen.boundary_geoid,
    min(shapes.west) as west,
    min(shapes.south) as south,
    min(shapes.east) as east,
    min(shapes.north) as north,
    min(shapes.is_mark) as is_mark,
    min(arcs.arcs) as arcs,
    min(shapes.shape) as shape
from chosen
inner join shapes using (edition, boundary_geoid)
inner join arcs using (edition, boundary_geoid)
group by chosen.geoid, chosen.edition, chosen.boundary_geoid
order by chosen.geoid, valid_from
