-- Two shares of each racial and ethnic group, also by age of the reference person: its share of the value of all
-- homes that owners live in, and its share of all households. Values are as reported; a dollar factor would
-- cancel. Urban publishes no bounds, and no least sample holds: the bounds tell how little a small group says.
{%- set groups = {
    'black_nh': 'Black, Non-Hispanic',
    'hispanic': 'Hispanic',
    'other_nh': 'Other Races and Ethnicities',
    'white_nh': 'White, Non-Hispanic',
} %}
{%- set area_key = 'year, sample, geography_type, geoid, subgroup' %}
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
all_groups as (
    select
        {{ area_key }},
        {{ sums_of_sums('households', 'households') }},
        {{ sums_of_sums('house_value', 'house_value') }}
    from by_area
    group by all
),

totals as (
    select
        {{ area_key }},
        {{ list_of_allocated_sums('households') }} as households,
        {{ list_of_allocated_sums('house_value') }} as house_value
    from all_groups
),

shown as (
    select
        {{ area_key }},
        race_ethnicity,
        quality,
        pumas,
        is_borrowed,
        effective_sample,
        {{ list_of_allocated_sums('households') }} as households,
        {{ list_of_allocated_sums('house_value') }} as house_value
    from by_area
    where owners > 0
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
        shown.{{ name }}[1] as numerator,
        totals.{{ name }}[1] as denominator,
        shown.{{ name }}[1] / totals.{{ name }}[1] as share,
        {{ ratio_deviations('shown.' ~ name, 'totals.' ~ name) }} as deviations,
        sqrt({{ replicate_variance('deviations') }}) as standard_error
    from shown
    inner join totals using ({{ area_key }})
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
