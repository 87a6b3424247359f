-- All residents of each county; the margin is of 90 % and blank where the number is controlled, which is none.
select
    _vintage as vintage,
    right(geoid, 5) as geoid,
    cvap_est as citizens,
    coalesce(cvap_moe, 0) as citizens_moe,
    'cvap/' || _vintage || '/county' as source_file
from {{ source('lake', 'cvap__county') }}
where lnnumber = 1 and right(geoid, 5)[1:2] <> '72'
