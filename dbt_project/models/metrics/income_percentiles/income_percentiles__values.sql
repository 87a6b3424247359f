-- Household income at the 20th, 50th and 80th percentile: the 1-year sample for all households, the 5-year sample
-- by race and ethnicity of the reference person. Rules: docs/survey-estimates.md.
--
-- Incomes are kept as HINCP x ADJINC, whole millionths of a dollar. Areas that lie in one PUMA share its percentiles,
-- so the work is done once per PUMA or set of PUMAs (a `unit`). The replicates are summed once per PUMA, between
-- the percentiles of its units; only these sums meet the crosswalk, never the records. Records are read twice (not
-- materialized): kept with 81 weights, they would fill the memory.
{%- set record = 'year, sample, state, puma' %}
{%- set cell = 'year, sample, unit, subgroup' %}
with households as not materialized (
    select
        * exclude (household_income),
        household_income::bigint * income_factor as value
    from {{ ref('survey_households') }}
    where sample = 'acs5'
    union all by name
    -- The groups are a matter of the 5-year sample; the 1-year sample does without the persons.
    select
        *,
        'all races' as race_ethnicity,
        household_income::bigint * income_factor as value
    from {{ ref('stg_census_acs_pums__housing_units') }}
    where sample = 'acs1' and is_household
),

incomes as (
    select
        {{ record }},
        race_ethnicity,
        value,
        count(*) as records,
        sum(weight_0)::bigint as weight
    from households
    group by all
),

grouped as (
    select
        {{ record }},
        'All' as subgroup,
        value,
        sum(records)::bigint as records,
        sum(weight)::bigint as weight
    from incomes
    group by all
    union all
    select
        {{ record }},
        race_ethnicity as subgroup,
        value,
        records,
        weight
    from incomes
    where race_ethnicity <> 'all races'
),

-- Shares with four decimals as whole numbers; within a unit of one PUMA the share cancels.
areas as (
    select
        *,
        case when pumas = 1 then state || puma else geography_type || geoid end as unit,
        case when pumas = 1 then 1 else round(afact::double * 1e8) end::bigint as share
    from {{ ref('survey_areas') }}
),

area_samples as (
    select
        area.year,
        counted.sample,
        area.geography_type,
        area.geoid,
        area.unit,
        counted.subgroup,
        {{ survey_area_facts() }},
        sum(area.afact * counted.records)::double as effective_sample,
        sum(area.afact * counted.weight)::double as households
    from (
        select {{ record }}, subgroup, sum(records)::bigint as records, sum(weight)::bigint as weight
        from grouped
        group by all
    ) as counted
    inner join areas as area using (year, state, puma)
    group by all
    having sum(area.afact * counted.records) >= {{ least_effective_sample() }}
),

unit_pumas as (
    select distinct area.year, area.unit, area.state, area.puma, area.share, estimable.sample, estimable.subgroup
    from areas as area
    inner join area_samples as estimable using (year, unit)
),

cumulated as (
    select
        unit.year,
        unit.sample,
        unit.unit,
        unit.subgroup,
        grouped.value,
        dense_rank() over (values_of_cell) as rank,
        sum(grouped.weight * unit.share) over (values_of_cell) as cumulative,
        sum(grouped.weight * unit.share) over (partition by {{ cell }}) as total,
        sum(grouped.records) over (partition by {{ cell }}) as records
    from grouped
    inner join unit_pumas as unit using (year, sample, state, puma, subgroup)
    window values_of_cell as (partition by {{ cell }} order by grouped.value)
),

percentiles as (
    select
        {{ cell }},
        min(total)::double as total,
        min(records)::bigint as records
        {%- for percentile in income_percentiles() %},
        {{ weighted_percentile('cumulative * 100', 'total * ' ~ percentile) }} as p{{ percentile }}
        {%- endfor %}
    from cumulated
    group by all
),

-- Up to which of the percentiles that matter in its PUMA an income reaches; those of all its units, for all
-- households and for its own group.
marks as (
    select
        {{ record }},
        race_ethnicity,
        list_sort(list_distinct(flatten(list([p20, p50, p80])))) as marks
    from (select distinct {{ record }}, race_ethnicity from incomes) as puma
    inner join unit_pumas as unit using (year, sample, state, puma)
    inner join percentiles using (year, sample, unit, subgroup)
    where unit.subgroup in ('All', puma.race_ethnicity)
    group by all
),

between_marks as (
    select
        {{ record }},
        race_ethnicity,
        marks[1 + len(list_filter(marks, lambda mark: mark < value))] as mark,
        {{ weight_sums('weight') }}
    from households
    inner join marks using (year, sample, state, puma, race_ethnicity)
    group by all
),

-- Households of a unit in four parts: up to the first, second, third percentile, above.
parts as (
    select
        {{ cell }},
        case when mark <= p20 then 20 when mark <= p50 then 50 when mark <= p80 then 80 else 100 end as part,
        {% for r in weight_numbers() -%}
        sum(unit.share * weight_{{ r }})::bigint as weight_{{ r }}{{ ',' if not loop.last }}
        {% endfor %}
    from between_marks
    inner join unit_pumas as unit using (year, sample, state, puma)
    inner join percentiles using (year, sample, unit, subgroup)
    where unit.subgroup in ('All', between_marks.race_ethnicity)
    group by all
),

-- The share of households at or below a percentile (more than p, since incomes are heaped) and its error.
reached as (
    select
        {{ cell }},
        percentile,
        {{ sums_of_sums('weight', 'weight') }}
    from parts
    inner join (
        values
        {%- for percentile in income_percentiles() + [100] %}
        ({{ percentile }}){{ ', ' if not loop.last }}
        {%- endfor %}
    ) as up_to (percentile)
        on parts.part <= up_to.percentile
    group by all
),

replicates as (
    select
        {{ cell }},
        percentile,
        {{ list_of_sums('weight') }} as weights
    from reached
),

shares as (
    select
        {{ cell }},
        below.percentile,
        below.weights[1] / everybody.weights[1] as share,
        {{ ratio_deviations('below.weights', 'everybody.weights') }} as deviations,
        sqrt({{ replicate_variance('deviations') }}) as standard_error
    from replicates as below
    inner join replicates as everybody using (year, sample, unit, subgroup)
    where below.percentile < 100 and everybody.percentile = 100
),

intervals as (
    select
        {{ cell }},
        percentile,
        share,
        {{ t_95_of_cell('records') }} * standard_error as half_width
    from shares
    inner join percentiles using (year, sample, unit, subgroup)
),

sought as (
    select
        {{ cell }}
        {%- for percentile in income_percentiles() %},
        max(share - half_width) filter (where percentile = {{ percentile }}) as low_{{ percentile }},
        max(share + half_width) filter (where percentile = {{ percentile }}) as high_{{ percentile }}
        {%- endfor %}
    from intervals
    group by all
),

bounds as (
    select
        {{ cell }}
        {%- for percentile in income_percentiles() %},
        case
            when min(low_{{ percentile }}) >= 0
                then {{ weighted_percentile('cumulative::double', '(low_' ~ percentile ~ ' * total)') }}
        end as lower_{{ percentile }},
        case
            when min(high_{{ percentile }}) <= 1
                then {{ weighted_percentile('cumulative::double', '(high_' ~ percentile ~ ' * total)') }}
        end as upper_{{ percentile }}
        {%- endfor %}
    from cumulated
    inner join sought using (year, sample, unit, subgroup)
    group by all
),

estimates as (
    {%- for percentile in income_percentiles() %}
    select
        {{ cell }},
        'pctl_income_{{ percentile }}' as variable,
        p{{ percentile }} / 1e6 as value,
        lower_{{ percentile }} / 1e6 as lower,
        upper_{{ percentile }} / 1e6 as upper
    from percentiles
    inner join bounds using (year, sample, unit, subgroup)
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ survey_cells('income_percentiles', 'incomes') }}

select
    {{ survey_key() }},
    estimate.value,
    estimate.lower,
    estimate.upper,
    area.quality,
    {{ allocation_reason('area.quality', 'area.is_borrowed') }} as quality_reason,
    {{ survey_missing_reason('estimate.value') }} as missing_reason,
    area.households as denominator,
    area.effective_sample as sample_size,
    area.pumas as crosswalk_rows,
    area.is_borrowed as is_puma_average,
    case cell.sample
        when 'acs1' then {{ survey_source_files(['housing_units']) }}
        else {{ survey_source_files(['housing_units', 'persons']) }}
    end as source_files
from cells as cell
left join area_samples as area using (year, sample, geography_type, geoid, subgroup)
left join estimates as estimate
    on
        area.year = estimate.year
        and area.sample = estimate.sample
        and area.unit = estimate.unit
        and area.subgroup = estimate.subgroup
        and cell.variable = estimate.variable
