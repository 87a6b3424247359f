-- Share of households with a computer (laptop, desktop or tablet) and a wired high-speed subscription: LAPTOP or
-- TABLET, and HISPEED. Whoever was not asked for HISPEED has no paid access. Answers that the Census Bureau
-- suppressed (HISPEED 8, some PUMAs in 2023) are left out.
with households as (
    select
        *,
        coalesce((laptop = 1 or tablet = 1) and wired_internet = 1, false) as is_counted,
        round(household_income * (housing_factor / 1e6)) as income
    from {{ ref('survey_households') }}
    where sample = 'acs5' and year in (select year from {{ ref('series') }} where metric = 'digital_access')
),

sums as (
    select
        year,
        sample,
        state,
        puma,
        is_counted,
        race_ethnicity,
        {{ income_group('income') }} as income_group,
        count(*) as records,
        {{ weight_sums('weight') }}
    from households
    where wired_internet is distinct from 8
    group by all
),

{{ survey_shares(
    'digital_access',
    groups=['race_ethnicity', 'income_group'],
    source_tables=['housing_units', 'persons'],
    sample_rule='joined_records'
) }}
