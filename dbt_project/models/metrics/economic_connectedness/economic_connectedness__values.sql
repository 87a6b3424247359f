-- Economic connectedness of counties, 2022: the share of friends with high socioeconomic status among the
-- friends of people with low socioeconomic status.
--
--     share = 0.5 x ec_county          0.5 is the share if friends came equally from both halves
--     bounds = share -/+ z x 0.5 x ec_se_county,  z = 1.96 (normal quantile) for 95 %
--
-- The Atlas knows the counties of 2018, the frame is that of 2022: where codes changed in between nothing is
-- carried over, because the areas do not nest (Connecticut) or were split (Valdez-Cordova).
with frame as (
    select * from {{ ref('geography_years') }}
    where geography_type = 'county' and year = 2022
),

delivered as (
    select * from {{ ref('stg_oi_social_capital__county') }}
),

renamed as (
    {{ changed_codes_present_in('delivered', 'county') }}
)

select
    frame.geography_type,
    frame.geoid,
    frame.year,
    'share_economic_connectedness' as variable,
    'all' as subgroup_type,
    'All' as subgroup,
    '' as sample,
    0.5 * delivered.ec_county as value,
    0.5 * delivered.ec_county - {{ z_95() }} * 0.5 * delivered.ec_se_county as lower,
    0.5 * delivered.ec_county + {{ z_95() }} * 0.5 * delivered.ec_se_county as upper,
    case when delivered.ec_county is not null then 1 end::smallint as quality,
    case when delivered.ec_county is not null then 'the Atlas publishes a value' end as quality_reason,
    case
        when delivered.ec_county is not null then null
        when delivered.geoid is not null then 'suppressed_by_source'
        when renamed.geoid is not null then 'geography_not_matched'
        else 'no_source_data'
    end as missing_reason,
    'economic_connectedness' as metric,
    null::double as numerator,
    null::double as denominator,
    null::double as sample_size,
    null::double as design_effect,
    null::bigint as crosswalk_rows,
    null::boolean as is_puma_average,
    case when delivered.geoid is not null then 'oi_social_capital/' || delivered.vintage || '/county' end as source_files
from frame
left join delivered using (geoid)
left join renamed
    on
        frame.geoid = renamed.geoid
        and renamed.first_year <= frame.year
-- Without the Atlas there is nothing to say; with it every county of the frame has a row.
where exists (select 1 from delivered)
