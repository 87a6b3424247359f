{#
  Counties and places with the tracts they are made of, as a subquery: geography_type, geoid, year, tract_geoid, afact,
  and of places the file that says so. A county is all of its tracts that are at hand (its file has all, or is refused);
  of a place the crosswalk says which. `tracts` is a relation with year and tract_geoid; `county` says in which county a
  tract lies, where that is not what its code begins with. A place with a tract that is not at hand has `lacks_tracts`.
#}
{% macro tract_areas(tracts, county='left(tract_geoid, 5)') -%}
(
    with known as (
        select distinct year, tract_geoid, {{ county }} as county_geoid
        from {{ tracts }}
    )

    select
        'county' as geography_type,
        county_geoid as geoid,
        year,
        tract_geoid,
        1::decimal(18, 9) as afact,
        false as lacks_tracts,
        null as crosswalk_file
    from known
    union all
    select
        'place' as geography_type,
        crosswalk.geoid,
        crosswalk.year,
        crosswalk.tract_geoid,
        crosswalk.afact,
        bool_or(known.tract_geoid is null) over (partition by crosswalk.geoid, crosswalk.year) as lacks_tracts,
        case
            when crosswalk.year < 2020 then 'geocorr/2018/tract_place_2010' else 'geocorr/2022/tract_place_2020'
        end as crosswalk_file
    from {{ ref('crosswalk_tract_place') }} as crosswalk
    left join known using (year, tract_geoid)
    where crosswalk.year in (select year from known)
)
{%- endmacro %}

{#
  Places of the frame that the crosswalk of their year does not know (South Fulton before the places of 2020), as rows of
  a metric's series, where it knows others.
#}
{% macro places_without_tracts(metric, tracts) -%}
select
        series.geography_type,
        place.geoid,
        series.year,
        series.variable,
        series.subgroup_type,
        label.subgroup,
        'geography_not_matched' as missing_reason
    from {{ ref('series') }} as series
    inner join {{ ref('metric_subgroups') }} as label using (metric, subgroup_type)
    inner join {{ ref('geography_years') }} as place using (geography_type, year)
    anti join {{ ref('crosswalk_tract_place') }} as crosswalk using (year, geoid)
    where
        series.metric = '{{ metric }}'
        and series.geography_type = 'place'
        and series.year in (select year from {{ ref('crosswalk_tract_place') }})
        and series.year in (select year from {{ tracts }})
{%- endmacro %}
