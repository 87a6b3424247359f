-- Deaths by injury per 100,000 residents and year, crude, in the pool of years that ends in the year.
--
--     rate = deaths / population x 100,000, one decimal; a rate of fewer than 20 deaths is no rate
--     bounds, 100 deaths and more: rate -/+ 1.96 x rate / sqrt(deaths)
--     bounds below: exact Poisson limits, rate x factor (seed poisson_limits, five decimals as NCHS prints them)
--     quality by the coefficient of variation, both numbers as printed: 1 below 0.2, 2 below 0.4, else 3
--
-- 1.96, not the quantile: so does the agency. WONDER still has Valdez-Cordova; as the published metric does, each of
-- its two parts has its rate, with quality 3.
with rates as (
    select
        deaths.*,
        split.new_geoid,
        coalesce(deaths.deaths >= 20, false) as is_reliable,
        deaths.deaths / deaths.population * 100000 as rate,
        deaths.deaths / deaths.population * 100000 / sqrt(deaths.deaths) as standard_error,
        limits.lower_factor,
        limits.upper_factor
    from {{ ref('stg_cdc_wonder__injury_deaths') }} as deaths
    left join {{ ref('poisson_limits') }} as limits using (deaths)
    left join {{ ref('geography_changes') }} as split
        on
            split.change = 'split'
            and deaths.geoid = split.old_geoid
            and deaths.year >= split.first_year
),

delivered as (
    select
        'county' as geography_type,
        coalesce(new_geoid, geoid) as geoid,
        year,
        'rate_injury_death' as variable,
        -- The groups are published from 2021 on, with a row for all people beside them.
        unnest(case
            when subgroup <> 'All' then ['race-ethnicity']
            when year >= 2021 then ['all', 'race-ethnicity']
            else ['all']
        end) as subgroup_type,
        subgroup,
        case when is_reliable then round(rate, 1) end as value,
        case when is_reliable then round(coalesce(rate * lower_factor, rate - 1.96 * standard_error), 1) end as lower,
        case when is_reliable then round(coalesce(rate * upper_factor, rate + 1.96 * standard_error), 1) end as upper,
        case
            when not is_reliable then null
            when new_geoid is not null then 3
            when round(standard_error, 1) / round(rate, 1) < 0.2 then 1
            when round(standard_error, 1) / round(rate, 1) < 0.4 then 2
            else 3
        end as quality,
        case
            when not is_reliable then null
            when new_geoid is not null then 'the rate of the county before it was divided'
            else 'coefficient of variation of the rate'
        end as quality_reason,
        case
            when is_reliable then null
            when deaths is not null then 'suppressed_by_rule'
            when code in ('Suppressed', 'Unreliable') then 'suppressed_by_source'
            else 'no_source_data'
        end as missing_reason,
        deaths as numerator,
        population as denominator,
        source_file as source_files
    from rates
)

{{ on_frame('delivered') }}
