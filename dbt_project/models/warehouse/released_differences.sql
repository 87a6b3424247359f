-- Cells that we release otherwise than Urban published them, with the deviations that say why.
-- Computed series are compared in comparison_with_published; here are the published ones.
with differing as (
    select
        released.*,
        published.value as published_value,
        published.lower as published_lower,
        published.upper as published_upper,
        published.quality as published_quality
    from {{ ref('released_cells') }} as released
    inner join {{ ref('assembled_cells') }} as published using (cell_id)
    where released.differs
),

both_sides as (
    {{ with_names('differing') | indent(4) }}
),

by_measure as (
    {%- for measure in ['value', 'lower', 'upper', 'quality'] %}
    select
        cell_id,
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
    where not {{ same_number(measure, 'published_' ~ measure) }}
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
        and by_measure.cell_id = claim.cell_id
        and by_measure.measure = claim.measure
group by all
