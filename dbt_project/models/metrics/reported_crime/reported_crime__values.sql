-- Offenses against persons (violent) and against property that police agencies report to NIBRS, per 100,000 residents.
--
--     rate = sum over the agencies of the area (offenses x part of the agency) / residents x 100,000
--     quality: 1 all agencies of the area report anything in the year, 2 at least 80 % or all core-city agencies, 3 some
--
-- Violent has simple assault and intimidation and not robbery, which is against property. Where no agency reports there
-- is no value. Counts by agency come from the FBI's archives; which agencies there are, and where, from the list of all
-- agencies: an archive lists only those that report (decision 0067). A state counts when its archive is at hand.
-- Added as decimals, in any order; scale 12, since DuckDB makes another number of a whole DOUBLE at scale 18.
with reporting as (
    select
        area.*,
        offenses.ori is not null as is_reporting,
        (area.part * coalesce(offenses.violent, 0))::decimal(38, 12) as violent,
        (area.part * coalesce(offenses.property, 0))::decimal(38, 12) as property,
        'fbi_nibrs/' || area.year || '/offenses' as offense_file
    from {{ ref('police_agencies_of_areas') }} as area
    left join {{ ref('stg_fbi_nibrs__offenses') }} as offenses
        on
            area.year = offenses.year
            and area.ori = offenses.ori
    where (area.year, area.state) in (
        select (given.year, given.state) from {{ ref('stg_fbi_nibrs__offenses') }} as given
    )
),

areas as (
    select
        geography_type,
        geoid,
        year,
        min(people) as people,
        sum(violent)::double as violent,
        sum(property)::double as property,
        count(*) filter (where is_reporting) || ' of ' || count(*) || ' agencies report' as reported,
        {{ police_quality() }} as quality,
        max(source_files || ';' || offense_file) as source_files
    from reporting
    group by all
),

judged as (
    select
        areas.*,
        quality is not null and people >= 30 and left_out.geoid is null as has_value,
        left_out.geoid is not null as is_left_out
    from areas
    left join {{ ref('crime_left_out') }} as left_out
        on
            areas.geoid = left_out.geoid
            and areas.year between left_out.first_year and left_out.last_year
),

delivered as (
    {%- for kind in ['violent', 'property'] %}
    select
        geography_type,
        geoid,
        year,
        'rate_crime_{{ kind }}' as variable,
        case when has_value then {{ kind }} / people * 100000 end as value,
        case when has_value then quality end as quality,
        case when has_value then reported end as quality_reason,
        case when is_left_out or people < 30 then 'suppressed_by_rule' else 'no_source_data' end as missing_reason,
        {{ kind }} as numerator,
        people as denominator,
        source_files
    from judged
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

{{ on_frame('delivered') }}
