-- Every county of every frame year has exactly one shape. Where
-- no boundaries are at hand the tables are empty, which the release says.
select frame.geoid, frame.year, count(shape.geoid) as shapes
from {{ ref('geography_years') }} as frame
left join {{ ref('geography_shapes') }} as shape
    on frame.geoid = shape.geoid and frame.year between shape.valid_from and shape.valid_to
where frame.geography_type = 'county' and exists (select 1 from {{ ref('geography_shapes') }})
group by frame.geoid, frame.year
having count(shape.geoid) <> 1
