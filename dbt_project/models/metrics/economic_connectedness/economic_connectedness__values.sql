-- Economic connectedness of counties, 2022: the share of friends with high socioeconomic status among the
-- friends of people with low socioeconomic status.
--
--     share = 0.5 x ec_county          0.5 is the share if friends came equally from both halves
--     bounds = share -/+ z x 0.5 x ec_se_county,  z = 1.96 (normal quantile) for 95 %
--
-- The Atlas knows the counties of 2018, the frame is that of 2022: where counties were redrawn in between nothing is
-- carried over, because the areas do not nest (Connecticut) or were split (Valdez-Cordova).
with delivered as (
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
