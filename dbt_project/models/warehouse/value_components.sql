-- What each computed cell is made of: numerator, denominator, sample size, files.
{%- set key = 'geography_type, geoid, year, variable, subgroup_type, subgroup, sample' %}
{% for model in computed_metric_models() %}
select {{ key }}, numerator, denominator, sample_size, design_effect, crosswalk_rows, is_puma_average, source_files
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
