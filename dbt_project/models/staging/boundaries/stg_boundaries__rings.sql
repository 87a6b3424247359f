-- From polygons of rings of arcs to a row per arc, in the order in which a walk around the county meets them.
with polygons as (
    select
        _vintage::integer as edition,
        geoid,
        unnest(parsed) as rings,
        generate_subscripts(parsed, 1) as polygon
    from (
        select _vintage, geoid, from_json(polygons, '[[["INTEGER"]]]') as parsed
        from {{ source('lake', 'boundaries__counties') }}
    )
),

rings as (
    select edition, geoid, polygon, unnest(rings) as arcs, generate_subscripts(rings, 1) as ring
    from polygons
),

arcs as (
    select edition, geoid, polygon, ring, unnest(arcs) as number, generate_subscripts(arcs, 1) as position
    from rings
)

select
    edition,
    geoid,
    polygon::integer as polygon,
    ring::integer as ring,
    position::integer as position,
    if(number < 0, -1 - number, number) as arc,
    number < 0 as is_backwards
from arcs
