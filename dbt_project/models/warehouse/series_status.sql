-- What each series is in this release: computed, published or unavailable, and why. Where Urban's file of 2025
-- is not at hand, an earlier version of it may stand in (seed earlier_files): the series then has an origin of its
-- own, and `published_file` names the version.
{{ config(alias='series') }}
with files_at_hand as (
    select distinct published_file from {{ ref('published_cells') }}
),

-- Which series an earlier version holds: its rows say it.
earlier as (
    select
        version.earlier_file,
        version.published_file,
        rows.variable,
        rows.geography_type,
        rows.subgroup_type,
        rows.year,
        'Urban''s result file of 2025 is not at hand; this is its version of ' || version.dated
        || coalesce(', commit ' || version.git_commit, '') || ', blob ' || version.git_blob as status_reason
    from {{ ref('earlier_files') }} as version
    inner join files_at_hand on version.earlier_file = files_at_hand.published_file
    inner join (
        select distinct published_file, variable, geography_type, subgroup_type, year
        from {{ ref('published_result_rows') }}
        where published_file in (select earlier_file from {{ ref('earlier_files') }})
    ) as rows
        on version.earlier_file = rows.published_file
)

select
    series.series_id,
    series.series_number,
    series.variable,
    series.geography_type,
    series.subgroup_type,
    series.year,
    series.sample,
    series.publication,
    case
        when not coalesce(completeness.complete, false) and file.published_file is null
            then coalesce(earlier.earlier_file, series.published_file)
        else series.published_file
    end as published_file,
    series.metric,
    case
        when completeness.complete or file.published_file is not null or earlier.earlier_file is not null
            then 'available'
        else 'unavailable'
    end as status,
    case
        when completeness.complete then null
        when published.published_file is null
            then 'Urban never published it, and '
                || coalesce('its source does not cover the frame: ' || completeness.reason, 'no number of it could be computed')
        when file.published_file is null and earlier.earlier_file is not null then earlier.status_reason
        when file.published_file is null
            then 'Urban''s result file ' || published.repo_path || ' is not at hand'
    end as status_reason,
    case
        when completeness.complete then 'computed'
        when file.published_file is not null then 'published_2025'
        when earlier.earlier_file is not null then 'published_earlier'
        else 'unavailable'
    end as origin,
    completeness.reason as completeness,
    published.published_file is not null
    and not coalesce(list_contains(string_split(published.assembled_in, ';'), series.publication::varchar), false)
        as uses_other_file
from {{ ref('series_numbers') }} as series
left join {{ ref('published_files') }} as published using (published_file)
left join files_at_hand as file using (published_file)
left join earlier
    on
        series.published_file = earlier.published_file
        and series.variable = earlier.variable
        and series.geography_type = earlier.geography_type
        and series.subgroup_type = earlier.subgroup_type
        and series.year = earlier.year
left join {{ ref('metric_completeness') }} as completeness using (series_id)
