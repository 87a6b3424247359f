{#
  The cities of the frame by key: year, state, geoid, city_key (macro city_key). Names that people write otherwise than
  the census stand in the seed school_city_names.
#}
{% macro cities_by_key() -%}
select
        frame.geoid,
        frame.year,
        frame.state,
        {{ city_key("coalesce(given.city, regexp_replace(frame.name, ' (city|town|village|CDP|municipality)$', ''))") }}
            as city_key
    from {{ ref('geography_years') }} as frame
    left join {{ ref('school_city_names') }} as given using (geoid)
    where frame.geography_type = 'place'
{%- endmacro %}
