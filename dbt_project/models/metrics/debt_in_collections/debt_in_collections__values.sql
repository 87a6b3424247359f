-- Share of adults with a credit record who have debt in collections (counties, 2022 and 2023, also medical
-- debt) or derogatory debt (cities, 2021). Urban publishes the shares as the workbooks deliver them: no
-- weighting, no crosswalk, no interval. A share of a workbook that is not at hand has no row here.
--
-- The `All` share is a value of the overall series and of the neighborhood series (race-share).
with shares as (
    select
        share.variable,
        share.geography_type,
        share.year,
        share.subgroup,
        coalesce(city.geoid, named.geoid, share.area) as geoid,
        share.share,
        share.code,
        share.source_file
    from {{ ref('stg_urban_debt_in_america__shares') }} as share
    left join {{ ref('debt_city_codes') }} as city
        on
            share.geography_type = 'place'
            and share.area = city.city
    left join {{ ref('int_city_labels') }} as named
        on
            share.geography_type = 'place'
            and share.area = named.city
),

workbooks as (
    select distinct
        variable,
        geography_type,
        year,
        subgroup
    from shares
),

known_codes as (
    select distinct geoid from shares
    where geography_type = 'county'
),

redrawn as (
    {{ changed_codes_present_in('known_codes', 'county') }}
),

fed_series as (
    select
        workbooks.variable,
        workbooks.geography_type,
        workbooks.year,
        workbooks.subgroup,
        unnest(case when workbooks.subgroup = 'All' then ['all', 'race-share'] else ['race-share'] end) as subgroup_type
    from workbooks
)

select
    frame.geography_type,
    frame.geoid,
    frame.year,
    series.variable,
    series.subgroup_type,
    series.subgroup,
    '' as sample,
    shares.share as value,
    null::double as lower,
    null::double as upper,
    case when shares.share is not null then 1 end::smallint as quality,
    case when shares.share is not null then 'the source publishes a value' end as quality_reason,
    case
        when shares.share is not null then null
        when shares.geoid is not null then {{ debt_missing_reason('shares.code') }}
        when redrawn.geoid is not null then 'geography_not_matched'
        else 'no_source_data'
    end as missing_reason,
    'debt_in_collections' as metric,
    null::double as numerator,
    null::double as denominator,
    null::double as sample_size,
    null::double as design_effect,
    null::bigint as crosswalk_rows,
    null::boolean as is_puma_average,
    shares.source_file as source_files
from fed_series as series
inner join {{ ref('geography_years') }} as frame
    on
        series.geography_type = frame.geography_type
        and series.year = frame.year
left join shares
    on
        series.variable = shares.variable
        and series.geography_type = shares.geography_type
        and series.year = shares.year
        and series.subgroup = shares.subgroup
        and frame.geoid = shares.geoid
left join redrawn
    on
        frame.geography_type = 'county'
        and frame.geoid = redrawn.geoid
        and redrawn.first_year <= frame.year
