-- Cells that we release otherwise than Urban published them, with the deviations that say why.
-- Computed series are compared in comparison_with_published; here are the published ones.
with both_sides as (
    select
        released.geography_type,
        released.geoid,
        released.year,
        released.variable,
        released.subgroup_type,
        released.subgroup,
        released.sample,
        released.value,
        released.lower,
        released.upper,
        released.quality,
        published.value as published_value,
        published.lower as published_lower,
        published.upper as published_upper,
        published.quality as published_quality
    from {{ ref('metric_values') }} as released
    inner join {{ ref('published_values') }} as published
        using (geography_type, geoid, year, variable, subgroup_type, subgroup, sample)
    where released.origin = 'published_2025'
),

by_measure as (
    {%- for measure in ['value', 'lower', 'upper', 'quality'] %}
    select
        geography_type,
        geoid,
        year,
        variable,
        subgroup_type,
        subgroup,
        sample,
        '{{ measure }}' as measure,
        published_{{ measure }}::double as published,
        {{ measure }}::double as released
    from both_sides
    where {{ measure }} is distinct from published_{{ measure }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    by_measure.*,
    coalesce(string_agg(distinct claim.deviation_id, ';' order by claim.deviation_id), '') as deviation_ids
from by_measure
left join {{ ref('deviation_claims') }} as claim
    on
        claim.kind = 'corrected'
        and by_measure.geography_type = claim.geography_type
        and by_measure.geoid = claim.geoid
        and by_measure.year = claim.year
        and by_measure.variable = claim.variable
        and by_measure.subgroup_type = claim.subgroup_type
        and by_measure.subgroup = claim.subgroup
        and by_measure.sample = claim.sample
        and by_measure.measure = claim.measure
group by all
