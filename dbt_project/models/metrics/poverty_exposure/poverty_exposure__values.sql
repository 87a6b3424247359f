-- Of the residents in poverty (of a group), the share who live in tracts whose poverty rate is above 40 %.
--
--     tracts without anyone whose poverty status is known do not count
--     the poor of a tract that lies in several places are allocated by the share of its people (crosswalk_tract_place)
--     quality by the coefficient of variation of the poor of the area; no value where 30 or fewer are poor
with parts as (
    select
        area.geography_type,
        area.geoid,
        area.year,
        area.afact,
        area.lacks_tracts,
        tract.* exclude (year, tract_geoid, source_file),
        concat_ws(';', tract.source_file, area.crosswalk_file) as source_file
    from {{ tract_areas(ref('poverty_exposure__tracts')) }} as area
    left join {{ ref('poverty_exposure__tracts') }} as tract using (year, tract_geoid)
),

sums as (
    select
        geography_type,
        geoid,
        year,
        subgroup,
        {{ whole_sum('afact * members') }}::double as members,
        {{ whole_sum('case when is_poor_neighborhood then afact * members when not is_poor_neighborhood then 0 end') }}::double
            as exposed,
        {{ margin_of_total('members_margin', 'afact') }} as margin,
        count(*) filter (where afact < 1) as divided_tracts,
        string_agg(distinct source_file, ';' order by source_file) as source_files
    from parts
    where universe > 0 and not lacks_tracts
    group by all
),

delivered as (
    select
        sums.geography_type,
        sums.geoid,
        sums.year,
        'share_poverty_exposure' as variable,
        series.subgroup_type,
        sums.subgroup,
        case when members > 30 then exposed / members end as value,
        case when members > 30 then {{ quality_of_variation(coefficient_of_variation('margin', 'members')) }} end as quality,
        case
            when members > 30
                then 'coefficient of variation of the poor '
                    || coalesce(round({{ coefficient_of_variation('margin', 'members') }}, 3)::varchar, 'unknown')
        end as quality_reason,
        case when members is null or exposed is null then 'suppressed_by_source' else 'suppressed_by_rule' end
            as missing_reason,
        exposed as numerator,
        members as denominator,
        divided_tracts as crosswalk_rows,
        source_files
    from sums
    inner join {{ ref('series') }} as series
        on
            series.metric = 'poverty_exposure'
            and sums.geography_type = series.geography_type
            and sums.year = series.year
    inner join {{ ref('metric_subgroups') }} as label
        on
            series.metric = label.metric
            and series.subgroup_type = label.subgroup_type
            and sums.subgroup = label.subgroup
    union all by name
    {{ places_without_tracts('poverty_exposure', ref('poverty_exposure__tracts')) }}
)

{{ on_frame('delivered') }}
