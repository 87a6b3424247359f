-- Every cell as Urban's own assembly publishes it: each result file joined onto the frame, Urban's
-- suppressions applied, its slips kept (stale files, flags without a value). Nothing is corrected here.
-- What the numbers stand for: macro with_names.
-- Materialized, so that both cores join: the view grows out of a few rows of seeds, which one core takes.
with cells as materialized (
    select cell_id, series_number, frame_row, label_position, publication, variable
    from {{ ref('series_cells') }}
    -- Of a year that Urban has not published there is nothing, not even a blank.
    where series_number in (select series_number from {{ ref('series_numbers') }} where published_file is not null)
)

select
    cell.cell_id,
    cell.series_number,
    cell.frame_row,
    cell.label_position,
    cell.publication,
    case when not coalesce(suppressed.hides_value, false) then published.value end as value,
    case when not coalesce(suppressed.hides_bounds, false) then published.lower end as lower,
    case when not coalesce(suppressed.hides_bounds, false) then published.upper end as upper,
    case
        when coalesce(suppressed.hides_quality, false) then null
        -- Table 13 blanks the flag of a missing debt share; 11 and 63 keep it.
        when cell.publication = 13 and cell.variable = 'share_debt_coll' and published.value is null then null
        else published.quality
    end as quality,
    published.published_file,
    coalesce(suppressed.hides_value, false) as is_suppressed
from cells as cell
left join {{ ref('published_cells') }} as published
    on
        cell.cell_id = published.cell_id
        and published.is_assembled
left join {{ ref('suppressed_cells') }} as suppressed
    on cell.cell_id = suppressed.cell_id
