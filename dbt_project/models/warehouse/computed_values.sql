-- Every number that our models compute, also from inputs that do not cover the whole frame.
-- Whether a series is released as computed is decided in series_status.
{%- set key = 'geography_type, geoid, year, variable, subgroup_type, subgroup, sample' %}
{% for model in computed_metric_models() %}
select {{ key }}, value, lower, upper, quality, quality_reason, missing_reason, metric
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
