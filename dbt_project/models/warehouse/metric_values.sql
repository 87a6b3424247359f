-- The long table: every cell of every series, with its value or the reason why there is none.
-- A series is computed or published as a whole (series_status), never a mixture of both.
with released_file_rows as (
    select rows.*
    from {{ ref('published_result_rows') }} as rows
    inner join {{ ref('published_files') }} as file using (published_file)
    inner join {{ ref('publication_list') }} as target
        on
            rows.geography_type = target.geography_type
            and rows.subgroup_type = target.subgroup_type
            and list_contains(string_split(file.released_in, ';'), target.publication::varchar)
),

repairs as (
    select
        geography_type,
        geoid,
        year,
        variable,
        subgroup_type,
        subgroup,
        bool_or(measure = 'value') as blanks_value,
        bool_or(measure = 'lower') as blanks_lower,
        bool_or(measure = 'upper') as blanks_upper,
        max(released) filter (where measure = 'quality')::smallint as repaired_quality
    from {{ ref('published_cell_repairs') }}
    group by all
),

published as (
    select
        cell.*,
        rows.published_file is not null as has_row,
        coalesce(suppressed.hides_value, false) as is_suppressed,
        case when not (is_suppressed or coalesce(repair.blanks_value, false)) then rows.value end as value,
        case when not (is_suppressed or coalesce(repair.blanks_lower, false)) then rows.lower end as lower,
        case when not (is_suppressed or coalesce(repair.blanks_upper, false)) then rows.upper end as upper,
        coalesce(repair.repaired_quality, rows.quality) as quality
    from {{ ref('series_cells') }} as cell
    left join released_file_rows as rows
        on
            cell.geography_type = rows.geography_type
            and cell.geoid = rows.geoid
            and cell.year = rows.year
            and cell.variable = rows.variable
            and cell.subgroup_type = rows.subgroup_type
            and cell.subgroup = rows.subgroup
    left join {{ ref('suppressed_cells') }} as suppressed
        on
            suppressed.stage = 'released'
            and suppressed.hides_value
            and cell.publication = suppressed.publication
            and cell.geoid = suppressed.geoid
            and cell.year = suppressed.year
            and cell.variable = suppressed.variable
            and cell.subgroup = coalesce(suppressed.subgroup, cell.subgroup)
    left join repairs as repair
        on
            cell.geography_type = repair.geography_type
            and cell.geoid = repair.geoid
            and cell.year = repair.year
            and cell.variable = repair.variable
            and cell.subgroup_type = repair.subgroup_type
            and cell.subgroup = repair.subgroup
),

chosen as (
    select
        published.geography_type,
        published.geoid,
        published.year,
        published.variable,
        published.subgroup_type,
        published.subgroup,
        published.sample,
        series.origin,
        published.series_id,
        case when series.origin = 'computed' then computed.value else published.value end as value,
        case when series.origin = 'computed' then computed.lower else published.lower end as lower,
        case when series.origin = 'computed' then computed.upper else published.upper end as upper,
        case when series.origin = 'computed' then computed.quality else published.quality end as quality,
        case when series.origin = 'computed' then computed.quality_reason end as quality_reason,
        case
            when series.origin = 'unavailable' then 'input_not_at_hand'
            when series.origin = 'computed' then coalesce(computed.missing_reason, 'no_source_data')
            when published.is_suppressed then 'suppressed_by_rule'
            when not published.has_row then 'geography_not_matched'
            else 'unknown_in_published'
        end as reason_if_missing
    from published
    inner join {{ ref('series_status') }} as series using (series_id)
    left join {{ ref('computed_values') }} as computed
        on
            series.origin = 'computed'
            and published.geography_type = computed.geography_type
            and published.geoid = computed.geoid
            and published.year = computed.year
            and published.variable = computed.variable
            and published.subgroup_type = computed.subgroup_type
            and published.subgroup = computed.subgroup
            and published.sample = computed.sample
),

claims as (
    select
        geography_type,
        geoid,
        year,
        variable,
        subgroup_type,
        subgroup,
        sample,
        string_agg(distinct deviation_id, ';' order by deviation_id) as deviation_ids
    from {{ ref('deviation_claims') }}
    group by all
)

select
    chosen.geography_type,
    chosen.geoid,
    chosen.year,
    chosen.variable,
    chosen.subgroup_type,
    chosen.subgroup,
    chosen.sample,
    chosen.value,
    chosen.lower,
    chosen.upper,
    -- A flag judges a value: without a value there is none (deviation flag-without-value).
    case when chosen.value is not null then chosen.quality end as quality,
    case when chosen.value is not null then chosen.quality_reason end as quality_reason,
    case when chosen.value is null then chosen.reason_if_missing end as missing_reason,
    chosen.origin,
    coalesce(claims.deviation_ids, '') as deviation_ids,
    chosen.series_id
from chosen
left join claims
    on
        chosen.geography_type = claims.geography_type
        and chosen.geoid = claims.geoid
        and chosen.year = claims.year
        and chosen.variable = claims.variable
        and chosen.subgroup_type = claims.subgroup_type
        and chosen.subgroup = claims.subgroup
        and chosen.sample = claims.sample
