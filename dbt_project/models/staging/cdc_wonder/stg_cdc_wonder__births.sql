-- Births of known weight, and those below 2,500 g, by mother's county and group. Code xx999 are all counties of the
-- state that the agency does not name. A county of one export and not of the other is there with what it has.
{%- set groups = {
    '': ['all', 'All'],
    '_race_nhwhite': ['race-ethnicity', 'White, Non-Hispanic'],
    '_race_nhblack': ['race-ethnicity', 'Black, Non-Hispanic'],
    '_race_hisp': ['race-ethnicity', 'Hispanic'],
    '_race_nhother': ['race-ethnicity', 'Other Races and Ethnicities'],
    '_momed_lths': ['mothers-education', 'Less than High School'],
    '_momed_hs': ['mothers-education', 'GED/High School Degree'],
    '_momed_somecol': ['mothers-education', 'Some College'],
    '_momed_baplus': ['mothers-education', 'College Degree or Higher'],
} %}
with counts as (
    {%- for group, labels in groups.items() %}
    {%- for kind in ['all', 'lbw'] %}
    select
        "County Code" as geoid,
        _vintage::integer as year,
        '{{ labels[0] }}' as subgroup_type,
        '{{ labels[1] }}' as subgroup,
        '{{ kind }}' as kind,
        "Births" as births,
        'cdc_wonder/' || _vintage || '/{{ kind }}_births{{ group }}' as source_file
    from {{ source('lake', 'cdc_wonder__' ~ kind ~ '_births' ~ group) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- Both exports of a year and group, or nothing can be said of it.
complete as (
    select year, subgroup_type, subgroup, string_agg(distinct source_file, ';' order by source_file) as source_files
    from counts
    group by all
    having count(distinct kind) = 2
)

select
    geoid,
    year,
    subgroup_type,
    subgroup,
    try_cast(max(births) filter (where kind = 'all') as bigint) as births,
    try_cast(max(births) filter (where kind = 'lbw') as bigint) as low_weight_births,
    coalesce(bool_or(births = 'Suppressed'), false) as is_suppressed,
    -- Two counties whose numbers stand in the row of the unnamed ones until 2021 are listed by name.
    bool_and(births = 'Missing County') as is_unnamed,
    min(complete.source_files) as source_files
from counts
inner join complete using (year, subgroup_type, subgroup)
group by all
