-- Membership associations per 10,000 residents, counties; one decimal.
--
--     establishments of ten industries (seed association_industries) / people x 10,000
--
-- From 2017 on the agency withholds an industry with fewer than three establishments in a county, so that the sum is
-- a lower bound. A county of which it has none of the ten industries has no value: whether there are none or they are
-- withheld cannot be told.
with associations as (
    select
        county.geoid,
        county.year,
        sum(county.establishments) filter (where industry.naics is not null) as establishments,
        count(industry.naics) as industries,
        any_value(county.source_file) as source_file
    from {{ ref('stg_cbp__county') }} as county
    left join {{ ref('association_industries') }} as industry using (naics)
    group by all
),

delivered as (
    select
        'county' as geography_type,
        associations.geoid,
        associations.year,
        'count_membership_associations_per_10k' as variable,
        round(associations.establishments / (frame.population / 10000), 1) as value,
        case when associations.establishments is not null then 1 end as quality,
        case
            when associations.establishments is not null
                then associations.industries || ' of 10 industries have establishments that are published'
        end as quality_reason,
        'suppressed_by_source' as missing_reason,
        associations.establishments as numerator,
        frame.population as denominator,
        associations.source_file as source_files
    from associations
    left join {{ ref('geography_years') }} as frame
        on
            frame.geography_type = 'county'
            and associations.geoid = frame.geoid
            and associations.year = frame.year
)

{{ on_frame('delivered') }}
