-- Rows of published files that find no place in the long table: counted, named, each with its reason.
-- `value_count` says how many numbers are lost with the row; a row of blanks is listed too.
with lost as (
    select
        published_file,
        geography_type,
        geoid,
        year,
        subgroup_type,
        subgroup,
        count(value) as value_count,
        bool_and(is_outside_frame) as is_outside_frame
    from {{ ref('published_cells') }}
    where cell_id is null
    group by all
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
            when lost.subgroup is null and lost.value_count = 0 then 'a blank row: no label and no value'
            else 'no series or label of this name'
        end
    ) as reason,
    known.reason is not null or (lost.subgroup is null and lost.value_count = 0) as is_listed
from lost
left join {{ ref('unmatched_reasons') }} as known
    on
        lost.is_outside_frame
        and lost.geography_type = known.geography_type
        and lost.geoid = known.geoid
        and lost.year between known.first_year and known.last_year
order by lost.published_file, lost.geography_type, lost.geoid, lost.year, lost.subgroup_type, lost.subgroup
