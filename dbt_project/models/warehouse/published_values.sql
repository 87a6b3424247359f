-- The published database of 2025 as Urban's own assembly makes it from the result files: every file
-- joined onto the frame, Urban's suppressions applied, its slips kept (stale files, flags without a
-- value). Nothing here is corrected; metric_values is what we release.
with assembled as (
    select rows.*
    from {{ ref('published_result_rows') }} as rows
    inner join {{ ref('published_files') }} as file using (published_file)
    inner join {{ ref('publication_list') }} as target
        on
            rows.geography_type = target.geography_type
            and rows.subgroup_type = target.subgroup_type
            and list_contains(string_split(file.assembled_in, ';'), target.publication::varchar)
),

joined as (
    select
        cell.*,
        coalesce(suppressed.hides_value, false) as hides_value,
        coalesce(suppressed.hides_bounds, false) as hides_bounds,
        -- Table 13 blanks the flag of a missing debt share; 11 and 63 keep it.
        coalesce(suppressed.hides_quality, false)
        or (cell.publication = 13 and cell.variable = 'share_debt_coll' and assembled.value is null) as hides_quality,
        assembled.value,
        assembled.lower,
        assembled.upper,
        assembled.quality,
        assembled.published_file
    from {{ ref('series_cells') }} as cell
    left join assembled
        on
            cell.geography_type = assembled.geography_type
            and cell.geoid = assembled.geoid
            and cell.year = assembled.year
            and cell.variable = assembled.variable
            and cell.subgroup_type = assembled.subgroup_type
            and cell.subgroup = assembled.subgroup
    left join {{ ref('suppressed_cells') }} as suppressed
        on
            suppressed.stage = 'published'
            and cell.publication = suppressed.publication
            and cell.geoid = suppressed.geoid
            and cell.year = suppressed.year
            and cell.variable = suppressed.variable
            and cell.subgroup = coalesce(suppressed.subgroup, cell.subgroup)
)

select
    geography_type,
    geoid,
    year,
    variable,
    subgroup_type,
    subgroup,
    sample,
    case when not hides_value then value end as value,
    case when not hides_bounds then lower end as lower,
    case when not hides_bounds then upper end as upper,
    case when not hides_quality then quality end as quality,
    published_file,
    series_id
from joined
