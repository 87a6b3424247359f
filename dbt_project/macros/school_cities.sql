{#
  Cities of the frame under the names that addresses of schools and districts write, in small letters: year, state, geoid,
  city. The name without its kind; where that is not what an address says, the seed school_city_names.
#}
{% macro school_cities() -%}
select
    geoid,
    year,
    state,
    lower(trim(regexp_replace(name, ' (city|town|village|CDP|municipality)$', ''))) as city
from {{ ref('geography_years') }}
where geography_type = 'place' and geoid not in (select given.geoid from {{ ref('school_city_names') }} as given)
union all
select
    frame.geoid,
    frame.year,
    frame.state,
    given.city
from {{ ref('school_city_names') }} as given
inner join {{ ref('geography_years') }} as frame
    on
        given.geoid = frame.geoid
        and frame.geography_type = 'place'
{%- endmacro %}
