-- Counties that share a border: an arc of both. Counties that only touch in a corner are no neighbours.
-- A pair of any edition counts in the years in which both codes are valid: so Connecticut's eight counties
-- have their neighbours until 2021.
with recodes as (
    select new_geoid as boundary_geoid, old_geoid as geoid
    from {{ ref('geography_changes') }}
    where geography_type = 'county' and change = 'recoded'
),

borders as (
    select distinct edition, arc, geoid from {{ ref('stg_boundaries__rings') }}
),

named as (
    select edition, arc, geoid from borders
    union
    select borders.edition, borders.arc, recodes.geoid
    from borders
    inner join recodes on borders.geoid = recodes.boundary_geoid
),

pairs as (
    select distinct one.geoid, other.geoid as neighbour_geoid
    from named as one
    inner join named as other using (edition, arc)
    where one.geoid <> other.geoid
)

select
    'county' as geography_type,
    pairs.geoid,
    pairs.neighbour_geoid,
    greatest(area.valid_from, neighbour.valid_from) as valid_from,
    least(area.valid_to, neighbour.valid_to) as valid_to
from pairs
inner join {{ ref('geographies') }} as area
    on pairs.geoid = area.geoid and area.geography_type = 'county'
inner join {{ ref('geographies') }} as neighbour
    on pairs.neighbour_geoid = neighbour.geoid and neighbour.geography_type = 'county'
where greatest(area.valid_from, neighbour.valid_from) <= least(area.valid_to, neighbour.valid_to)
order by pairs.geoid, pairs.neighbour_geoid
