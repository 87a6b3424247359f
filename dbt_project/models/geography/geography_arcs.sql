-- The borders of which the shapes are made, each once: what two counties share stays one line on a map.
select
    edition,
    arc,
    '[' || string_agg('[' || longitude || ',' || latitude || ']', ',' order by position) || ']' as points
from {{ ref('stg_boundaries__arc_points') }}
group by edition, arc
order by edition, arc
