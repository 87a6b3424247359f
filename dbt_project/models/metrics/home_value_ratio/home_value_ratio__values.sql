-- Two shares of each racial and ethnic group, also by age of the reference person: its share of the value of all
-- homes that owners live in, and its share of all households. Values are as reported; a dollar factor would
-- cancel. Urban publishes no bounds, and no least sample holds: the bounds tell how little a small group says.
{%- set groups = {
    'black_nh': 'Black, Non-Hispanic',
    'hispanic': 'Hispanic',
    'other_nh': 'Other Races and Ethnicities',
    'white_nh': 'White, Non-Hispanic',
} %}
with households as (
    select
        *,
        case when tenure in (1, 2) then home_value else 0 end::bigint as owned_value,
        case when head_age >= 45 then 'Age 45 and Over' else 'Under Age 45' end as age_group
    from {{ ref('survey_households') }}
    where sample = 'acs1'
),

sums as (
    select
        year,
        sample,
        state,
        puma,
        race_ethnicity,
        age_group,
        count(*) as records,
        count(*) filter (where owned_value > 0) as owners,
        {{ weight_sums('households') }},
        {{ weight_sums('house_value', times='owned_value') }}
    from households
    group by all
),

by_age as (
    select
        year,
        sample,
        state,
        puma,
        race_ethnicity,
        coalesce(age_group, 'All') as subgroup,
        sum(records)::bigint as records,
        sum(owners)::bigint as owners,
        {{ whole_sums('households', 'households') }},
        {{ whole_sums('house_value', 'house_value') }}
    from sums
    group by {{ grouping_sets(['year', 'sample', 'state', 'puma', 'race_ethnicity'], each=['age_group']) }}
),

by_area as (
    select
        sums.year,
        sums.sample,
        area.geography_type,
        area.geoid,
        sums.subgroup,
        sums.race_ethnicity,
        {{ survey_area_facts() }},
        sum(area.afact * sums.records)::double as effective_sample,
        sum(area.afact * sums.owners)::double as owners,
        {{ allocated_sums('households') }},
        {{ allocated_sums('house_value') }}
    from by_age as sums
    inner join {{ ref('survey_areas') }} as area using (year, state, puma)
    group by all
),

-- Both shares are of the sum over all groups, whether these are shown or not.
with_totals as (
    select
        *
        {%- for name in ['households', 'house_value'] %}{% for r in weight_numbers() %},
        sum({{ name }}_{{ r }}) over all_groups as all_{{ name }}_{{ r }}
        {%- endfor %}{% endfor %}
    from by_area
    window all_groups as (partition by year, sample, geography_type, geoid, subgroup)
),

estimates as (
    {%- for name in ['house_value', 'households'] %}
    select
        year,
        sample,
        geography_type,
        geoid,
        subgroup,
        'share_{{ name }}_' || case race_ethnicity
            {%- for code, label in groups.items() %}
            when '{{ label }}' then '{{ code }}'
            {%- endfor %}
        end as variable,
        quality,
        pumas,
        is_borrowed,
        effective_sample,
        {{ name }}_0::double as numerator,
        all_{{ name }}_0::double as denominator,
        {{ name }}_0::double / all_{{ name }}_0::double as share,
        sqrt({{ ratio_variance(name, 'all_' ~ name) }}) as standard_error
    from with_totals
    where owners > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

{{ survey_cells('home_value_ratio', 'sums') }}

select
    {{ survey_key() }},
    estimate.share as value,
    {{ interval_bounds('estimate.share', 'estimate.standard_error') }},
    estimate.quality,
    {{ allocation_reason('estimate.quality', 'estimate.is_borrowed') }}
    || case
        when estimate.effective_sample < {{ least_effective_sample() }}
            then '; fewer than {{ least_effective_sample() }} households of the group were asked'
        else ''
    end as quality_reason,
    {{ survey_missing_reason('estimate.share') }} as missing_reason,
    estimate.numerator,
    estimate.denominator,
    estimate.effective_sample as sample_size,
    {{ design_effect('estimate.share', 'estimate.standard_error', 'estimate.effective_sample') }} as design_effect,
    estimate.pumas as crosswalk_rows,
    estimate.is_borrowed as is_puma_average,
    {{ survey_source_files(['housing_units', 'persons']) }} as source_files
from cells as cell
left join estimates as estimate using (year, sample, geography_type, geoid, subgroup, variable)
