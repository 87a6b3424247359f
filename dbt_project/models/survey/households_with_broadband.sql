-- Urban's former definition of digital access: households with a computer and a broadband subscription of any kind (also by
-- a phone or satellite), from the Census Bureau's table B28003. The released metric counts wires alone, from microdata.
--
--     bounds: margin of the households with broadband at 95 % (x 1.96 / 1.645) over all households, within 0 and 1
--     quality by half the interval: below 0.1 Strong, below 0.2 Marginal, else Weak
with shares as (
    select
        *,
        broadband / nullif(households, 0) as share,
        broadband_margin * 1.96 / {{ z_90() }} / nullif(households, 0) as half
    from {{ ref('stg_census_acs_tables__internet') }}
)

select
    geography_type,
    geoid,
    year,
    share as value,
    case when half is not null then greatest(0, share - half) end as lower,
    case when half is not null then least(1, share + half) end as upper,
    case when half < 0.1 then 1 when half < 0.2 then 2 when half >= 0.2 then 3 end::smallint as quality,
    broadband as numerator,
    households as denominator,
    source_file as source_files
from shares
order by geography_type, year, geoid
