-- Residents per primary care physician, counties; a whole number (ties to even).
--
--     quality by how much one physician more would change the ratio s = |people / (physicians + 1) - ratio| / ratio,
--     with the rounded ratio: 1 below 0.2, 2 below 0.4, else 3
--
-- A county without a physician has no ratio. Urban publishes 0 for such counties of at most 2,000 people, the best
-- looking value of a metric where less is better (deviation physicians-zero), and nothing for larger ones.
with ratios as (
    select
        physicians.*,
        frame.population,
        case when physicians.physicians > 0 then round_even(frame.population / physicians.physicians, 0) end as ratio
    from {{ ref('stg_ahrf__physicians') }} as physicians
    left join {{ ref('geography_years') }} as frame
        on
            frame.geography_type = 'county'
            and physicians.geoid = frame.geoid
            and physicians.year = frame.year
),

delivered as (
    select
        'county' as geography_type,
        geoid,
        year,
        'ratio_population_pc_physician' as variable,
        ratio as value,
        case
            when ratio is null then null
            when abs(population / (physicians + 1) - ratio) / ratio < 0.2 then 1
            when abs(population / (physicians + 1) - ratio) / ratio < 0.4 then 2
            else 3
        end as quality,
        case when ratio is not null then 'how much one physician more would change the ratio' end as quality_reason,
        case
            when ratio is not null then null
            when physicians = 0 then 'not_in_universe'
            else 'no_source_data'
        end as missing_reason,
        population as numerator,
        physicians as denominator,
        source_file as source_files
    from ratios
)

{{ on_frame('delivered') }}
