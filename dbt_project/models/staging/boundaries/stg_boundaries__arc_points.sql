-- From steps of whole numbers to degrees.
select
    point._vintage::integer as edition,
    point.arc,
    point.position,
    round(scale.translate_x + scale.scale_x * sum(point.dx) over way, 6) as longitude,
    round(scale.translate_y + scale.scale_y * sum(point.dy) over way, 6) as latitude
from {{ source('lake', 'boundaries__arc_points') }} as point
inner join {{ source('lake', 'boundaries__transforms') }} as scale on point._vintage = scale._vintage
window way as (partition by point._vintage, point.arc order by point.position)
