-- Why a cell that Urban published blank has no value, where its rules or its source tell it (seed missing_rules). Our own
-- models come first: where the agency's file is at hand and has no number either, its reason is the cell's.
with rules as (
    select
        rule.position,
        series.series_number,
        series.geography_type,
        series.year,
        string_split(rule.geoids, ';') as code_beginnings,
        rule.needs,
        rule.unless_deviations
    from {{ ref('missing_rules') }} as rule
    inner join {{ ref('series_numbers') }} as series
        on list_contains(string_split(rule.variables, ';'), series.variable)
    where
        (rule.geography_types is null or list_contains(string_split(rule.geography_types, ';'), series.geography_type))
        and (rule.subgroup_types is null or list_contains(string_split(rule.subgroup_types, ';'), series.subgroup_type))
        and (rule.years is null or list_contains(string_split(rule.years, ';'), series.year::varchar))
),

blanks as (
    select cell_id, series_number, frame_row, label_position from {{ ref('assembled_cells') }}
    where value is null and published_file is not null and not is_suppressed
),

areas_of_pumas as (
    select distinct geography_type, geoid, year from {{ ref('survey_areas') }}
),

-- Areas whose All cell has a value, by table.
overall as (
    select distinct cell.series_number, cell.frame_row
    from {{ ref('assembled_cells') }} as cell
    inner join {{ ref('series_numbers') }} as series using (series_number)
    inner join {{ ref('series_labels') }} as label
        on
            series.metric = label.metric
            and series.subgroup_type = label.subgroup_type
            and cell.label_position = label.position
    where
        label.subgroup = 'All'
        and cell.value is not null
        and cell.series_number in (select series_number from rules where needs = 'overall_value')
),

claimed as (
    select distinct cell_id, deviation_id from {{ ref('deviation_claims') }}
    where deviation_id in (select unless_deviations from {{ ref('missing_rules') }})
),

ruled as (
    select
        blanks.cell_id,
        min(rules.position) as position
    from blanks
    inner join rules using (series_number)
    inner join {{ ref('geography_years') }} as frame
        on
            rules.geography_type = frame.geography_type
            and blanks.frame_row = frame.frame_row
    left join areas_of_pumas as area
        on
            frame.geography_type = area.geography_type
            and frame.geoid = area.geoid
            and frame.year = area.year
    left join overall
        on
            blanks.series_number = overall.series_number
            and blanks.frame_row = overall.frame_row
    left join claimed
        on
            blanks.cell_id = claimed.cell_id
            and rules.unless_deviations = claimed.deviation_id
    where
        (
            rules.code_beginnings is null
            or len(list_filter(rules.code_beginnings, beginning -> starts_with(frame.geoid, beginning))) > 0
        )
        and claimed.cell_id is null
        and case rules.needs
            when 'puma' then area.geoid is not null
            when 'no_puma' then area.geoid is null
            when 'overall_value' then overall.frame_row is not null
            else true
        end
    group by blanks.cell_id
),

computed as (
    select cell_id, missing_reason, value from {{ ref('computed_cells') }}
)

select
    blanks.cell_id,
    case
        when computed.cell_id is not null then computed.missing_reason
        else rule.missing_reason
    end as missing_reason
from blanks
left join ruled using (cell_id)
left join {{ ref('missing_rules') }} as rule on ruled.position = rule.position
left join computed using (cell_id)
where case when computed.cell_id is not null then computed.missing_reason else rule.missing_reason end is not null
