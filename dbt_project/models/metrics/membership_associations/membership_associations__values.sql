-- Membership associations per 10,000 residents, counties and cities; one decimal.
--
--     establishments of ten industries (seed association_industries) / people x 10,000
--     cities: establishments of ZIP codes x share of the ZIP area's people who live in the city, ZIP areas of 2010 to
--     2019, of 2020 from then on; a ZIP code of the post is taken for the ZIP area of its number
--     quality of cities by how well ZIP areas fit, the sum of share of ZIP area in city x share of city in ZIP area:
--     1 from 0.75, 2 from 0.35, else 3
--
-- From 2017 on the agency withholds an industry with fewer than three establishments in a county or ZIP code, so that
-- the sum is a lower bound. An area of which it has none of the ten industries has no value: whether there are none or
-- they are withheld cannot be told. Urban joins both crosswalks to every year (deviation associations-places-counted-twice).
with of_counties as (
    select
        county.geoid,
        county.year,
        sum(county.establishments) filter (where industry.naics is not null) as establishments,
        count(industry.naics) as industries,
        min(county.source_file) as source_file
    from {{ ref('stg_cbp__county') }} as county
    left join {{ ref('association_industries') }} as industry using (naics)
    group by all
),

of_zips as (
    select
        codes.zip,
        codes.year,
        sum(codes.establishments) filter (where industry.naics is not null) as establishments,
        min(codes.source_file) as source_file
    from {{ ref('stg_cbp__zip') }} as codes
    left join {{ ref('association_industries') }} as industry using (naics)
    group by all
),

fits as (
    select
        census_year,
        geoid,
        sum((afact * share_of_place)::decimal(38, 18))::double as fit
    from {{ ref('stg_geocorr__zcta_to_place') }}
    group by all
),

of_places as (
    select
        part.geoid,
        of_zips.year,
        sum((of_zips.establishments * part.afact)::decimal(38, 12))::double as establishments,
        count(*) as crosswalk_rows,
        min(fits.fit) as fit,
        min(of_zips.source_file) || ';geocorr/' || case part.census_year when 2010 then '2018' else '2022' end
        || '/zcta_place_' || part.census_year as source_file
    from of_zips
    inner join {{ ref('stg_geocorr__zcta_to_place') }} as part
        on
            of_zips.zip = part.zcta
            and part.census_year = case when of_zips.year < 2020 then 2010 else 2020 end
    inner join fits using (census_year, geoid)
    group by part.geoid, of_zips.year, part.census_year
),

associations as (
    select
        'county' as geography_type,
        geoid,
        year,
        establishments,
        null::bigint as crosswalk_rows,
        1 as quality,
        industries || ' of 10 industries have establishments that are published' as quality_reason,
        'suppressed_by_source' as missing_reason,
        source_file
    from of_counties
    union all by name
    select
        'place' as geography_type,
        geoid,
        year,
        establishments,
        crosswalk_rows,
        case when fit >= 0.75 then 1 when fit >= 0.35 then 2 else 3 end as quality,
        'how well ZIP areas fit: ' || round(fit, 2)
        || case when year >= 2017 then '; cells of fewer than three establishments are withheld' else '' end as quality_reason,
        'suppressed_by_source' as missing_reason,
        source_file
    from of_places
    union all by name
    -- Cities that the crosswalk of their year does not know.
    select
        'place' as geography_type,
        place.geoid,
        place.year,
        'geography_not_matched' as missing_reason
    from {{ ref('geography_years') }} as place
    where
        place.geography_type = 'place'
        and place.year in (select year from of_places)
        and (place.geoid, place.year) not in (select (geoid, year) from of_places)
        and place.geoid not in (
            select geoid from fits where census_year = case when place.year < 2020 then 2010 else 2020 end
        )
),

delivered as (
    select
        associations.geography_type,
        associations.geoid,
        associations.year,
        'count_membership_associations_per_10k' as variable,
        round(associations.establishments / (frame.population / 10000), 1) as value,
        case when associations.establishments is not null then associations.quality end as quality,
        case when associations.establishments is not null then associations.quality_reason end as quality_reason,
        associations.missing_reason,
        associations.establishments as numerator,
        frame.population as denominator,
        associations.crosswalk_rows,
        associations.source_file as source_files
    from associations
    left join {{ ref('geography_years') }} as frame using (geography_type, geoid, year)
)

{{ on_frame('delivered') }}
