-- Scores in reading of the newest version at hand (versions are estimated anew and do not mix), a row for each group. A
-- cohort has the year of the fall in which it is in grade 8; cohorts that are not there yet are left out.
{%- set groups = {
    'all': ['all', 'All'],
    'blk': ['race-ethnicity', 'Black, Non-Hispanic'],
    'hsp': ['race-ethnicity', 'Hispanic'],
    'wht': ['race-ethnicity', 'White, Non-Hispanic'],
    'fem': ['gender', 'Female'],
    'mal': ['gender', 'Male'],
    'ecd': ['income', 'Economically Disadvantaged'],
    'nec': ['income', 'Not Economically Disadvantaged'],
} %}
with versions as (
    {%- for table, code in {'county': 'sedacounty', 'district': 'sedalea'}.items() %}
    select
        '{{ table }}' as level,
        {{ code }} as code,
        * exclude ({{ code }}),
        'seda/' || _vintage || '/{{ table }}' as source_file
    from {{ source('lake', 'seda__' ~ table) }}
    qualify
        string_split(_vintage, '.')::integer[] = max(string_split(_vintage, '.')::integer[]) over ()
        and year - grade + 8 <= max(year) over (partition by _vintage)
    {{ 'union all by name' if not loop.last }}
    {%- endfor %}
)

select
    level,
    code,
    year - grade + 7 as year,
    grade,
    unnest([
        {%- for group, (subgroup_type, subgroup) in groups.items() %}
        {
            'subgroup_type': '{{ subgroup_type }}',
            'subgroup': '{{ subgroup }}',
            'mean_score': gcs_mn_{{ group }},
            'tests': tot_asmt_{{ group }}
        }{{ ',' if not loop.last }}
        {%- endfor %}
    ], recursive := true),
    source_file
from versions
where subject = 'rla'
