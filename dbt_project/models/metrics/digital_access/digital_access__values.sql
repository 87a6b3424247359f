-- Share of households with a computer (laptop, desktop or tablet) and a wired high-speed subscription: LAPTOP or
-- TABLET, and HISPEED. Whoever was not asked for HISPEED has no paid access.
with households as (
    select
        *,
        coalesce((laptop = 1 or tablet = 1) and wired_internet = 1, false) as is_counted,
        round(household_income * (housing_factor / 1e6)) as income
    from {{ ref('survey_households') }}
    where sample = 'acs5' and year in (select year from {{ ref('series') }} where metric = 'digital_access')
),

-- Where the Census Bureau suppressed the answers of a PUMA's interviews of one year (code 8), only of those who pay:
-- who does not pay was not asked and stays blank. The others of that PUMA and year would be non-payers alone.
suppressed as (
    select distinct year, sample, state, puma, interview_year
    from {{ ref('stg_census_acs_pums__housing_units') }}
    where sample = 'acs5' and (wired_internet = 8 or internet_access = 8)
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
    anti join suppressed using (year, sample, state, puma, interview_year)
    group by all
),

{{ survey_shares(
    'digital_access',
    groups=['race_ethnicity', 'income_group'],
    source_tables=['housing_units', 'persons'],
    sample_rule='joined_records',
    suppressed='suppressed'
) }}
