-- Flags of every publication by column: as Urban counted them, as our rebuild of Urban's assembly has
-- them (must be equal), and as released (differences are claimed by deviations).
with cell as (
    select
        released.publication,
        released.variable,
        released.subgroup,
        published.quality as published_quality,
        released.quality as released_quality
    from {{ ref('assembled_cells') }} as published
    inner join {{ ref('released_cells') }} as released using (cell_id)
),

counted as (
    select
        totals.publication,
        totals.column_name,
        totals.rows_counted,
        totals.strong as urban_strong,
        totals.marginal as urban_marginal,
        totals.weak as urban_weak,
        count(*) filter (where cell.published_quality = 1) as rebuilt_strong,
        count(*) filter (where cell.published_quality = 2) as rebuilt_marginal,
        count(*) filter (where cell.published_quality = 3) as rebuilt_weak,
        count(*) filter (where cell.released_quality = 1) as released_strong,
        count(*) filter (where cell.released_quality = 2) as released_marginal,
        count(*) filter (where cell.released_quality = 3) as released_weak,
        coalesce(bool_or(cell.published_quality is not null), false) as has_input
    from {{ ref('published_flag_totals') }} as totals
    inner join {{ ref('publication_columns') }} as columns
        on
            totals.publication = columns.publication
            and totals.column_name = columns.column_name
    left join cell
        on
            totals.publication = cell.publication
            and columns.variable = cell.variable
            and (totals.rows_counted = 'all' or cell.subgroup <> 'All')
    group by all
)

select
    *,
    urban_strong = rebuilt_strong and urban_marginal = rebuilt_marginal and urban_weak = rebuilt_weak as agrees
from counted
order by publication, column_name
