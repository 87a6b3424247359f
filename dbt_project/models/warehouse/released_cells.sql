-- Every cell as we release it. A series is computed or published as a whole (series_status), never a
-- mixture of both (its `origin` stands there). A published cell is released as published, but where a deviation of kind `corrected`
-- claims it: the deviation's `repair` says what happens (another result file, blank, set).
-- What the numbers stand for: macro with_names.
-- `differs` are cells that Urban published otherwise, though the series is a published one: looked for here, where both
-- numbers are at hand; released_differences says how they differ. Numbers that differ in their last digit only are the
-- same: R wrote some files with 15 digits.
with other_file as (
    select * from {{ ref('published_cells') }}
    where is_released and not is_assembled
),

claims as (
    select
        cell_id,
        -- A list, made distinct and sorted after: six times as fast as an ordered aggregate of distinct texts.
        array_to_string(list_sort(list_distinct(list(deviation_id))), ';') as deviation_ids,
        max(missing_reason) as missing_reason,
        {%- for measure in ['value', 'lower', 'upper', 'quality'] %}
        coalesce(bool_or(repair = 'blank' and measure = '{{ measure }}'), false) as blanks_{{ measure }},
        {%- endfor %}
        max(repair_value) filter (where repair = 'set' and measure = 'quality')::smallint as set_quality
    from {{ ref('deviation_claims') }}
    group by cell_id
),

-- Years that Urban has not published have no assembled cell.
cells as (
    select *, true as is_published from {{ ref('assembled_cells') }}
    union all by name
    select
        cell_id,
        series_number,
        frame_row,
        label_position,
        publication,
        false as is_suppressed,
        false as is_published
    from {{ ref('series_cells') }}
    where series_number in (select series_number from {{ ref('series_numbers') }} where published_file is null)
),

chosen as (
    select
        published.cell_id,
        published.series_number,
        published.frame_row,
        published.label_position,
        published.publication,
        case
            when series.origin = 'computed' then computed.value
            when claims.blanks_value then null
            when series.uses_other_file then other_file.value
            else published.value
        end as value,
        case
            when series.origin = 'computed' then computed.lower
            when claims.blanks_lower then null
            when series.uses_other_file then other_file.lower
            else published.lower
        end as lower,
        case
            when series.origin = 'computed' then computed.upper
            when claims.blanks_upper then null
            when series.uses_other_file then other_file.upper
            else published.upper
        end as upper,
        case
            when series.origin = 'computed' then computed.quality
            when claims.blanks_quality then null
            when claims.set_quality is not null then claims.set_quality
            when series.uses_other_file then other_file.quality
            else published.quality
        end as quality,
        case when series.origin = 'computed' then computed.quality_reason end as quality_reason,
        case
            when series.origin = 'computed' then coalesce(computed.missing_reason, 'no_source_data')
            when published.is_suppressed then 'suppressed_by_rule'
            when claims.missing_reason is not null then claims.missing_reason
            when published.published_file is null then 'geography_not_matched'
            else coalesce(known.missing_reason, 'unknown_in_published')
        end as reason_if_missing,
        coalesce(claims.deviation_ids, '') as deviation_ids,
        published.is_published and series.origin in ('published_2025', 'published_earlier') as is_compared,
        published.value as published_value,
        published.lower as published_lower,
        published.upper as published_upper,
        published.quality as published_quality
    from cells as published
    inner join {{ ref('series_status') }} as series using (series_number)
    left join other_file using (cell_id)
    left join {{ ref('computed_cells') }} as computed using (cell_id)
    left join claims using (cell_id)
    left join {{ ref('known_missing_reasons') }} as known using (cell_id)
)

select
    cell_id,
    series_number,
    frame_row,
    label_position,
    publication,
    value,
    lower,
    upper,
    quality,
    case when value is not null then quality_reason end as quality_reason,
    case when value is null then reason_if_missing end as missing_reason,
    deviation_ids,
    is_compared
    and not (
        {{ same_number('value', 'published_value') }}
        and {{ same_number('lower', 'published_lower') }}
        and {{ same_number('upper', 'published_upper') }}
        and quality is not distinct from published_quality
    ) as differs
from chosen
