-- Flags of every publication by column: as Urban counted them, as our rebuild of Urban's assembly has
-- them (must be equal), and as released (differences are claimed by deviations).
with rebuilt as (
    {{ flag_counts('assembled_cells') }}
),

released as (
    {{ flag_counts('released_cells') }}
),

incomplete as (
    select distinct publication, variable
    from {{ ref('series_status') }}
    where origin in ('unavailable', 'published_earlier') and published_file is not null
),

counted as (
    select
        totals.publication,
        totals.column_name,
        totals.rows_counted,
        totals.strong as urban_strong,
        totals.marginal as urban_marginal,
        totals.weak as urban_weak,
        coalesce(rebuilt.strong, 0) as rebuilt_strong,
        coalesce(rebuilt.marginal, 0) as rebuilt_marginal,
        coalesce(rebuilt.weak, 0) as rebuilt_weak,
        coalesce(released.strong, 0) as released_strong,
        coalesce(released.marginal, 0) as released_marginal,
        coalesce(released.weak, 0) as released_weak,
        -- A column of which files are missing, or stand in an earlier version, cannot have Urban's totals.
        rebuilt.publication is not null
        and (totals.publication, wide.variable) not in (select (publication, variable) from incomplete) as has_input
    from {{ ref('published_flag_totals') }} as totals
    inner join {{ ref('publication_columns') }} as wide using (publication, column_name)
    left join rebuilt
        on
            totals.publication = rebuilt.publication
            and totals.rows_counted = rebuilt.rows_counted
            and wide.variable = rebuilt.variable
    left join released
        on
            totals.publication = released.publication
            and totals.rows_counted = released.rows_counted
            and wide.variable = released.variable
)

select
    *,
    urban_strong = rebuilt_strong and urban_marginal = rebuilt_marginal and urban_weak = rebuilt_weak as agrees
from counted
order by publication, column_name
