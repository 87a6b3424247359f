-- Rows of published files that find no place in the long table: counted, named, each with its reason.
-- A row without any value is not listed: nothing is lost with it.
with lost as (
    select
        rows.published_file,
        rows.geography_type,
        rows.geoid,
        rows.year,
        rows.subgroup_type,
        rows.subgroup,
        count(rows.value) as value_count,
        bool_and(frame.geoid is null) as is_outside_frame
    from {{ ref('published_result_rows') }} as rows
    left join {{ ref('geography_years') }} as frame
        on
            rows.geography_type = frame.geography_type
            and rows.geoid = frame.geoid
            and rows.year = frame.year
    left join {{ ref('series_cells') }} as cell
        on
            rows.geography_type = cell.geography_type
            and rows.geoid = cell.geoid
            and rows.year = cell.year
            and rows.variable = cell.variable
            and rows.subgroup_type = cell.subgroup_type
            and rows.subgroup = cell.subgroup
    where cell.geoid is null
    group by all
    having count(rows.value) > 0
)

select
    lost.published_file,
    lost.geography_type,
    lost.geoid,
    lost.year,
    lost.subgroup_type,
    lost.subgroup,
    lost.value_count,
    coalesce(
        known.reason,
        case
            when lost.is_outside_frame then 'outside the frame, not listed in seed unmatched_reasons'
            else 'no series or label of this name'
        end
    ) as reason,
    known.reason is not null as is_listed
from lost
left join {{ ref('unmatched_reasons') }} as known
    on
        lost.is_outside_frame
        and lost.geography_type = known.geography_type
        and lost.geoid = known.geoid
        and lost.year between known.first_year and known.last_year
order by lost.published_file, lost.geography_type, lost.geoid, lost.year, lost.subgroup_type, lost.subgroup
