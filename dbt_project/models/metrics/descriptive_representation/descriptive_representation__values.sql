-- Shares of the residents who belong to four disjoint groups: what councils are compared with. Counties and places have
-- tables of their own; a county whose table is not at hand is the sum of its tracts, which is the same count.
-- The flag is always Strong, as Urban has it; the margin of error of the share stands in its reason.
with tracts as (
    select
        'county' as level,
        year,
        left(geoid, 5) as geoid,
        {{ whole_sum('people') }}::bigint as people,
        {{ margin_of_total('people_margin') }} as people_margin,
        {%- for name in ['hispanic', 'white', 'black', 'aian', 'asian', 'nhpi', 'some_other', 'two_or_more'] %}
        {{ whole_sum(name) }}::bigint as {{ name }},
        {{ margin_of_total(name ~ '_margin') }} as {{ name }}_margin,
        {%- endfor %}
        string_agg(distinct source_file, ';' order by source_file) as source_file
    from {{ ref('stg_census_acs_tables__residents') }}
    where level = 'tract'
    group by all
),

delivered_areas as (
    select *
    from {{ ref('stg_census_acs_tables__residents') }}
    where level in ('county', 'place')
),

areas as (
    select
        *,
        aian + asian + nhpi + some_other + two_or_more as other,
        {{ margin_of_sum([
            ('aian', 'aian_margin'), ('asian', 'asian_margin'), ('nhpi', 'nhpi_margin'),
            ('some_other', 'some_other_margin'), ('two_or_more', 'two_or_more_margin')
        ]) }} as other_margin
    from (
        select * from delivered_areas
        union all by name
        select *
        from tracts
        anti join delivered_areas using (level, year, geoid)
    ) as every_area
    where year in (select year from {{ ref('series') }} where metric = 'descriptive_representation')
),

groups as (
    {%- for name, column in {'other': 'other', 'black_nonhispanic': 'black', 'hispanic': 'hispanic', 'white_nonhispanic': 'white'}.items() %}
    select
        level as geography_type,
        geoid,
        year,
        'share_desc_rep_{{ name }}' as variable,
        {{ column }} as members,
        people,
        {{ margin_of_proportion(column, column ~ '_margin', 'people', 'people_margin') }} as margin,
        source_file
    from areas
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        variable,
        members / nullif(people, 0) as value,
        case when members / nullif(people, 0) is not null then 1 end as quality,
        case
            when members / nullif(people, 0) is not null
                then 'published rule: always Strong; margin of error of the share (90 %) '
                    || coalesce(round(margin, 4)::varchar, 'unknown')
        end as quality_reason,
        'suppressed_by_source' as missing_reason,
        members as numerator,
        people as denominator,
        source_file as source_files
    from groups
)

{{ on_frame('delivered') }}
