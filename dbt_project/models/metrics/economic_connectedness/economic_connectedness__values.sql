-- Economic connectedness of counties and cities, 2022: the share of friends with high socioeconomic status among the
-- friends of people with low socioeconomic status.
--
--     county = 0.5 x ec_county          0.5 is the share if friends came equally from both halves
--     bounds = share -/+ z x 0.5 x ec_se_county,  z = 1.96 (normal quantile) for 95 %
--     city = 0.5 x mean of ec_zip of its ZIP areas, weighted by their low-income people who live in it:
--            num_below_p50 x share of the ZIP area's people who live in the city
--     quality of cities by the share of these ZIP areas that have at least half of their people in it: Strong from
--     0.5, Marginal from 0.15, else Weak
--
-- The Atlas knows the counties of 2018, the frame is that of 2022: where counties were redrawn in between nothing is
-- carried over, because the areas do not nest (Connecticut) or were split (Valdez-Cordova). Its ZIP areas are those of
-- 2010, whose crosswalk has the places of 2014. A ZIP area without a value counts nowhere; one whose county is in another
-- state than the city does not count there. Urban weights by land (deviation connectedness-place-area-weights).
with parts as (
    select
        crosswalk.geoid,
        crosswalk.zcta,
        crosswalk.afact,
        atlas.ec_zip,
        (atlas.num_below_p50 * crosswalk.afact)::decimal(38, 9) as low_income_people,
        (atlas.ec_zip * atlas.num_below_p50 * crosswalk.afact)::decimal(38, 12) as weighted,
        atlas.vintage
    from {{ ref('stg_geocorr__zcta_to_place') }} as crosswalk
    inner join {{ ref('stg_oi_social_capital__zip') }} as atlas
        on crosswalk.zcta = atlas.zcta and left(crosswalk.geoid, 2) = atlas.state
    where crosswalk.census_year = 2010
),

-- Sums of decimals, so that the order of the rows does not matter.
of_cities as (
    select
        geoid,
        sum(weighted)::double as weighted,
        (sum(low_income_people) filter (where ec_zip is not null))::double as low_income_people,
        nullif(count(ec_zip), 0) as zip_areas,
        count(ec_zip) filter (where afact >= 0.5) as zip_areas_inside,
        min(vintage) as vintage
    from parts
    group by geoid
),

delivered as (
    select
        'place' as geography_type,
        geoid,
        2022 as year,
        'share_economic_connectedness' as variable,
        0.5 * weighted / nullif(low_income_people, 0) as value,
        null as lower,
        null as upper,
        case
            when low_income_people is null or low_income_people = 0 then null
            when zip_areas_inside / zip_areas >= 0.5 then 1
            when zip_areas_inside / zip_areas >= 0.15 then 2
            else 3
        end as quality,
        case
            when low_income_people > 0
                then zip_areas_inside || ' of ' || zip_areas || ' ZIP areas have half of their people in the city'
        end as quality_reason,
        'suppressed_by_source' as missing_reason,
        low_income_people as denominator,
        zip_areas as crosswalk_rows,
        'oi_social_capital/' || vintage || '/zip;geocorr/2018/zcta_place_2010' as source_files
    from of_cities
    union all by name
    -- Cities that the crosswalk does not know (South Fulton), where it knows others.
    select
        'place' as geography_type,
        place.geoid,
        2022 as year,
        'share_economic_connectedness' as variable,
        'geography_not_matched' as missing_reason
    from {{ ref('geography_years') }} as place
    where
        place.geography_type = 'place'
        and place.year = 2022
        and exists (select 1 from of_cities)
        and place.geoid not in (
            select crosswalk.geoid from {{ ref('stg_geocorr__zcta_to_place') }} as crosswalk
            where crosswalk.census_year = 2010
        )
    union all by name
    select
        'county' as geography_type,
        geoid,
        2022 as year,
        'share_economic_connectedness' as variable,
        0.5 * ec_county as value,
        0.5 * ec_county - {{ z_95() }} * 0.5 * ec_se_county as lower,
        0.5 * ec_county + {{ z_95() }} * 0.5 * ec_se_county as upper,
        case when ec_county is not null then 1 end as quality,
        case when ec_county is not null then 'the Atlas publishes a value' end as quality_reason,
        'suppressed_by_source' as missing_reason,
        'oi_social_capital/' || vintage || '/county' as source_files
    from {{ ref('stg_oi_social_capital__county') }}
)

{{ on_frame('delivered') }}
