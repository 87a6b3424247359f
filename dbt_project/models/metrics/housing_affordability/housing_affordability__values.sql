-- Homes that a household at the income limit could pay for, per household at or below it (affordable), and those of
-- them that are vacant or lived in by such a household (available); at HUD's extremely low, very low and low
-- income limits, for all, owned and rented homes. Rules: docs/survey-estimates.md. Urban publishes no bounds.
--
-- A home costs little or much depending on the limit of the area, so homes are sorted by limits: once per PUMA
-- and set of limits that occurs in it.
{%- set area_key = 'year, geography_type, geoid' %}
with areas as (
    select
        area.*,
        limits.limit_30,
        limits.limit_50,
        limits.limit_80
    from {{ ref('survey_areas') }} as area
    inner join {{ ref('area_income_limits') }} as limits using (geography_type, geoid, year)
),

markets as (
    select distinct year, state, puma, limit_30, limit_50, limit_80 from areas
),

units as not materialized (
    select
        unit.*,
        unit.income_factor / 1e6 as dollars
    from {{ ref('stg_census_acs_pums__housing_units') }} as unit
    where unit.sample = 'acs1'
),

occupied as not materialized (
    select
        * exclude (household_income),
        case when tenure in (1, 2) then 'Owner' else 'Renter' end as subgroup,
        household_income * dollars as income,
        -- Without cash rent (tenure 4) a home costs nothing.
        case
            when tenure in (1, 2) then owner_cost
            when tenure = 3 then nullif(gross_rent, 0)
            when tenure = 4 then 0
        end * dollars as monthly_cost
    from units
    where is_household
),

-- What gross rents are to rents in an area, from its renters; vacant homes have a rent only.
gross_to_rent as (
    select
        area.year,
        area.geography_type,
        area.geoid,
        sum(area.afact * renters.factored)::double / sum(area.afact * renters.weight)::double / 1e9 as factor
    from (
        select
            year,
            state,
            puma,
            sum(round(gross_rent / rent * 1e9)::bigint * weight_0) as factored,
            sum(weight_0) as weight
        from units
        where is_household and tenure = 3 and gross_rent > 0 and rent > 0
        group by all
    ) as renters
    inner join areas as area using (year, state, puma)
    group by all
),

occupied_sums as (
    select
        occupied.year,
        occupied.state,
        occupied.puma,
        market.limit_30,
        market.limit_50,
        market.limit_80,
        occupied.subgroup,
        {{ income_limit_level('occupied.income', 'market') }} as income_level,
        {{ income_limit_level('12 * occupied.monthly_cost / 0.3', 'market') }} as cost_level,
        count(*) as records,
        {{ weight_sums('weight') }}
    from occupied
    inner join markets as market using (year, state, puma)
    group by all
),

-- For rent, for sale, rented or sold but not yet lived in. An owner would pay a mortgage of 90 % over 30 years at
-- 6 %, insurance of 0.7 % of it a year, and taxes of a quarter of the mortgage payment.
vacant as (
    select
        *,
        case when rent > 0 then 'Renter' else 'Owner' end as subgroup,
        rent * dollars as monthly_rent,
        0.9 * home_value * dollars * (1.25 * 0.005 * pow(1.005, 360) / (pow(1.005, 360) - 1) + 0.007 / 12)
            as monthly_cost
    from units
    where is_vacant and vacancy in (1, 2, 3, 4) and (rent > 0 or home_value is not null)
),

vacant_sums as (
    select
        area.year,
        area.geography_type,
        area.geoid,
        vacant.puma,
        vacant.subgroup,
        {{ income_limit_level(
            "12 * case when vacant.subgroup = 'Renter' then vacant.monthly_rent * gross_to_rent.factor
                else vacant.monthly_cost end / 0.3",
            'area'
        ) }} as cost_level,
        {{ weight_sums('weight') }}
    from vacant
    inner join areas as area using (year, state, puma)
    left join gross_to_rent
        on
            area.year = gross_to_rent.year
            and area.geography_type = gross_to_rent.geography_type
            and area.geoid = gross_to_rent.geoid
    group by all
),

parts as (
    select
        measure,
        level,
        income_level,
        cost_level
    from (values ('affordable'), ('affordable_available'), ('households')) as measures (measure)
    cross join (values (1), (2), (3)) as levels (level)
    cross join (values (0), (1), (2), (3), (4)) as income_levels (income_level)
    cross join (values (1), (2), (3), (4)) as cost_levels (cost_level)
    where
        case measure
            when 'affordable' then cost_level <= level
            when 'affordable_available' then cost_level <= level and income_level <= level
            when 'households' then income_level between 1 and level
        end
),

-- A vacant home is open to everybody: its income level is 0.
allocated as (
    select
        area.year,
        area.geography_type,
        area.geoid,
        sums.subgroup,
        sums.income_level,
        sums.cost_level,
        sum(area.afact * sums.records) as records,
        {{ allocated_sums('weight') }}
    from occupied_sums as sums
    inner join areas as area using (year, state, puma, limit_30, limit_50, limit_80)
    group by all
    union all by name
    select
        area.year,
        area.geography_type,
        area.geoid,
        sums.subgroup,
        0 as income_level,
        sums.cost_level,
        0 as records,
        {{ allocated_sums('weight') }}
    from vacant_sums as sums
    inner join areas as area using (year, geography_type, geoid, puma)
    where sums.cost_level <= 3
    group by all
),

-- Which of these parts each measure of each level counts.
counted_sums as (
    select
        allocated.year,
        allocated.geography_type,
        allocated.geoid,
        coalesce(allocated.subgroup, 'All') as subgroup,
        part.measure,
        part.level,
        sum(allocated.records) as records,
        {{ sums_of_sums('weight', 'weight') }}
    from allocated
    inner join parts as part using (income_level, cost_level)
    group by
        {{ grouping_sets(
            ['allocated.year', 'allocated.geography_type', 'allocated.geoid', 'part.measure', 'part.level'],
            each=['allocated.subgroup']
        ) }}
),

counted as (
    select
        {{ area_key }},
        subgroup,
        measure,
        level,
        records,
        {{ list_of_allocated_sums('weight') }} as weights
    from counted_sums
),

-- Where households were asked and no home is affordable there is a value, zero.
estimates as (
    select
        households.year,
        households.geography_type,
        households.geoid,
        households.subgroup,
        'share_' || ratios.measure || '_' || [30, 50, 80][households.level] || '_ami' as variable,
        households.records::double as effective_sample,
        coalesce(homes.weights[1], 0) as numerator,
        households.weights[1] as denominator,
        coalesce(homes.weights[1], 0) / households.weights[1] as ratio,
        {{ ratio_deviations('homes.weights', 'households.weights') }} as deviations,
        sqrt({{ replicate_variance('deviations') }}) as standard_error
    from counted as households
    cross join (values ('affordable'), ('affordable_available')) as ratios (measure)
    left join counted as homes
        on
            households.year = homes.year
            and households.geography_type = homes.geography_type
            and households.geoid = homes.geoid
            and households.subgroup = homes.subgroup
            and households.level = homes.level
            and ratios.measure = homes.measure
    where
        households.measure = 'households'
        and households.records >= {{ least_effective_sample() }}
),

area_flags as (
    select
        {{ area_key }},
        {{ survey_area_facts() }}
    from areas as area
    group by all
),

-- A state has cells where both its records and its limits are at hand.
at_hand as (
    select distinct units.year, units.sample, units.state
    from units
    semi join areas using (year, state)
),

{{ survey_cells('housing_affordability', 'at_hand') }}

select
    {{ survey_key() }},
    estimate.ratio as value,
    {{ interval_bounds('estimate.ratio', 'estimate.standard_error', most=none) }},
    case when estimate.ratio is not null then flag.quality end as quality,
    case
        when estimate.ratio is not null
            then {{ allocation_reason('flag.quality', 'flag.is_borrowed') }}
    end as quality_reason,
    case
        when estimate.ratio is null and cell.has_area and flag.geoid is null then 'no_source_data'
        else {{ survey_missing_reason('estimate.ratio') }}
    end as missing_reason,
    estimate.numerator,
    estimate.denominator,
    estimate.effective_sample as sample_size,
    flag.pumas as crosswalk_rows,
    flag.is_borrowed as is_puma_average,
    {{ survey_source_files(['housing_units']) }} || ';hud_income_limits/' || cell.year || '/section8' as source_files
from cells as cell
left join area_flags as flag using (year, geography_type, geoid)
left join estimates as estimate using (year, geography_type, geoid, subgroup, variable)
