-- Share of adults with a credit record who have debt in collections (counties, 2022 and 2023, also medical
-- debt) or derogatory debt (cities, 2021). Urban publishes the shares as the workbooks deliver them: no
-- weighting, no crosswalk, no interval. A share of a workbook that is not at hand has no row here.
--
-- The `All` share is a value of the overall series and of the neighborhood series (race-share).
with delivered as (
    select
        share.geography_type,
        coalesce(city.geoid, named.geoid, share.area) as geoid,
        share.year,
        share.variable,
        unnest(case when share.subgroup = 'All' then ['all', 'race-share'] else ['race-share'] end) as subgroup_type,
        share.subgroup,
        share.share as value,
        case when share.share is not null then 1 end as quality,
        case when share.share is not null then 'the source publishes a value' end as quality_reason,
        {{ debt_missing_reason('share.code') }} as missing_reason,
        share.source_file as source_files
    from {{ ref('stg_urban_debt_in_america__shares') }} as share
    left join {{ ref('debt_city_codes') }} as city
        on
            share.geography_type = 'place'
            and share.area = city.city
    left join {{ ref('int_city_labels') }} as named
        on
            share.geography_type = 'place'
            and share.area = named.city
)

{{ on_frame('delivered') }}
