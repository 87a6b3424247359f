-- Where a computed cell meets a published one: one row per cell and measure, and whether they agree.
-- Agreement is relative 1e-9 (published decimals have up to 17 digits); flags must be equal. A measure
-- that is missing on both sides is no row. Bounds that Urban never published are not compared. Numbers published
-- as text `a:b` have three decimals and agree to half a unit of the last; those of single precision agree to its
-- last bit, those printed with fewer digits than they have to half a unit of the last and what single precision loses.
with both_sides as (
    select
        computed.cell_id,
        computed.geography_type,
        computed.geoid,
        computed.year,
        computed.variable,
        computed.subgroup_type,
        computed.subgroup,
        computed.sample,
        published.published_file,
        computed.value,
        computed.lower,
        computed.upper,
        computed.quality,
        published.value as published_value,
        published.lower as published_lower,
        published.upper as published_upper,
        published.quality as published_quality,
        columns_of_file.lower_column is not null as has_bounds,
        columns_of_file.text_side is not null as has_three_decimals,
        coalesce(columns_of_file.single_precision, false) as is_single,
        columns_of_file.printed_digits
    from {{ ref('computed_cells') }} as computed
    inner join {{ ref('assembled_cells') }} as published using (cell_id)
    inner join {{ ref('series_numbers') }} as series on published.series_number = series.series_number
    left join {{ ref('published_file_columns') }} as columns_of_file
        on
            columns_of_file.published_file = coalesce(published.published_file, series.published_file)
            and computed.variable = columns_of_file.variable
    left join {{ ref('metric_completeness') }} as completeness on series.series_id = completeness.series_id
    -- Of a series whose file is not at hand nothing is known to have been published, not even a blank. Of a series whose
    -- source does not cover the frame nothing is said where the source says nothing: it is not released as computed.
    where
        published.series_number in (select series_number from {{ ref('assembled_cells') }} where published_file is not null)
        and (computed.missing_reason is distinct from 'no_source_data' or coalesce(completeness.complete, false))
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
        published_file,
        '{{ measure }}' as measure,
        has_three_decimals and '{{ measure }}' = 'value' as has_three_decimals,
        is_single,
        case when '{{ measure }}' = 'value' then printed_digits end as printed_digits,
        {{ measure }}::double as computed,
        published_{{ measure }}::double as published
    from both_sides
    {%- if measure in ['lower', 'upper'] %}
    where has_bounds
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

claims as (
    select
        cell_id,
        measure,
        string_agg(distinct deviation_id, ';' order by deviation_id) as deviation_ids
    from {{ ref('deviation_claims') }}
    where cell_id in (select cell_id from {{ ref('computed_cells') }})
    group by all
)

select
    by_measure.* exclude (has_three_decimals, is_single, printed_digits),
    computed - published as difference,
    coalesce(
        abs(computed - published)
        <= case when has_three_decimals then 0.0005 else 0 end
        + coalesce(6 * pow(10, -printed_digits) * abs(published), 0)
        + case when is_single then 6e-8 else 1e-9 end * greatest(1, abs(published)),
        false
    ) as agrees,
    coalesce(claims.deviation_ids, '') as deviation_ids
from by_measure
left join claims using (cell_id, measure)
where by_measure.computed is not null or by_measure.published is not null
