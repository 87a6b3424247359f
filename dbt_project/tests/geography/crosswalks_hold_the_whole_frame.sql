-- Every county and place of every year is in each crosswalk, but for the gaps listed in crosswalk_defects; and no
-- crosswalk row is for an area that the frame of that year lacks.
with held as (
    select 'puma' as source, 'county' as geography_type, geoid, first_year, last_year
    from {{ ref('crosswalk_puma_county') }}
    union all
    select 'puma' as source, 'place' as geography_type, geoid, first_year, last_year
    from {{ ref('crosswalk_puma_place') }}
    union all
    select 'county' as source, 'place' as geography_type, place_geoid as geoid, first_year, last_year
    from {{ ref('crosswalk_county_place') }}
),

held_years as (
    select distinct held.source, held.geography_type, held.geoid, years.year
    from held
    inner join (select distinct year from {{ ref('geography_years') }}) as years
        on years.year between held.first_year and held.last_year
),

wanted as (
    select sources.source, frame.geography_type, frame.geoid, frame.year
    from {{ ref('geography_years') }} as frame
    inner join (values ('puma', 'county'), ('puma', 'place'), ('county', 'place')) as sources (source, geography_type)
        using (geography_type)
    inner join {{ ref('geography_vintages') }} as vintage using (year)
    left join (
        select geography_type, unnest(string_split(geoids, ';')) as geoid
        from {{ ref('crosswalk_defects') }}
        where kind = 'gap'
    ) as gap
        on
            frame.geography_type = gap.geography_type
            and frame.geoid = gap.geoid
            and 2010 = case sources.source
                when 'puma' then vintage.puma_census_year
                else vintage.county_place_census_year
            end
    where gap.geoid is null
)

select
    coalesce(wanted.source, held_years.source) as source,
    coalesce(wanted.geoid, held_years.geoid) as geoid,
    coalesce(wanted.year, held_years.year) as year,
    case when wanted.geoid is null then 'not in the frame, or no gap' else 'not in the crosswalk' end as problem
from wanted
full join held_years using (source, geography_type, geoid, year)
where wanted.geoid is null or held_years.geoid is null
