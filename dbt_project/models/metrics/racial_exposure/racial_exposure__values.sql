-- For the average resident of a group: the share of the residents of the own tract who belong to other groups.
--
--     exposure of group g in an area = sum over tracts of members x (people - members) / people, over all members
--     members of a tract that lies in several places are allocated by the share of its people (crosswalk_tract_place)
--     quality by the coefficient of variation of the members of the area; no value where 30 or fewer belong to the group
with parts as (
    select
        area.geography_type,
        area.geoid,
        area.year,
        tract.variable,
        area.afact,
        area.lacks_tracts,
        tract.members,
        tract.members_margin,
        tract.people,
        concat_ws(';', tract.source_file, area.crosswalk_file) as source_file
    from {{ tract_areas(ref('racial_exposure__tracts')) }} as area
    left join {{ ref('racial_exposure__tracts') }} as tract using (year, tract_geoid)
    where area.year in (select year from {{ ref('series') }} where metric = 'racial_exposure')
),

sums as (
    select
        geography_type,
        geoid,
        year,
        variable,
        {{ whole_sum('afact * members') }}::double as members,
        {{ whole_sum('(afact * members * (people - members) / people)::decimal(38, 12)') }}::double as others,
        {{ margin_of_total('members_margin', 'afact') }} as margin,
        count(*) filter (where afact < 1) as divided_tracts,
        string_agg(distinct source_file, ';' order by source_file) as source_files
    from parts
    where variable is not null and not lacks_tracts and people is distinct from 0
    group by all
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        variable,
        'all' as subgroup_type,
        'All' as subgroup,
        case when members > 30 then others / members end as value,
        case when members > 30 then {{ quality_of_variation(coefficient_of_variation('margin', 'members')) }} end as quality,
        case
            when members > 30
                then 'coefficient of variation of the group '
                    || coalesce(round({{ coefficient_of_variation('margin', 'members') }}, 3)::varchar, 'unknown')
        end as quality_reason,
        case when members is null or others is null then 'suppressed_by_source' else 'suppressed_by_rule' end
            as missing_reason,
        others as numerator,
        members as denominator,
        divided_tracts as crosswalk_rows,
        source_files
    from sums
    union all by name
    {{ places_without_tracts('racial_exposure', ref('racial_exposure__tracts')) }}
)

{{ on_frame('delivered') }}
