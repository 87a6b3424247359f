-- What each series is in this release: computed, published or unavailable, and why.
{{ config(alias='series') }}
with files_at_hand as (
    select distinct published_file from {{ ref('published_cells') }}
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
    series.published_file,
    series.metric,
    case when completeness.complete or file.published_file is not null then 'available' else 'unavailable' end as status,
    case
        when completeness.complete then null
        when published.published_file is null
            then 'Urban never published it, and '
                || coalesce('its source does not cover the frame: ' || completeness.reason, 'no number of it could be computed')
        when file.published_file is null
            then 'Urban''s result file ' || published.repo_path || ' is not at hand'
    end as status_reason,
    case
        when completeness.complete then 'computed'
        when file.published_file is not null then 'published_2025'
        else 'unavailable'
    end as origin,
    completeness.reason as completeness,
    published.published_file is not null
    and not coalesce(list_contains(string_split(published.assembled_in, ';'), series.publication::varchar), false)
        as uses_other_file
from {{ ref('series_numbers') }} as series
left join {{ ref('published_files') }} as published using (published_file)
left join files_at_hand as file using (published_file)
left join {{ ref('metric_completeness') }} as completeness using (series_id)
