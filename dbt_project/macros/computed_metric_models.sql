{#
  The models whose rows are computed metric values, in the order in which they were built.
  A new metric adds its `<metric>__values` here and nowhere else.
#}
{% macro computed_metric_models() %}
    {{ return([
        'economic_connectedness__values', 'debt_in_collections__values', 'employment__values',
        'income_percentiles__values', 'home_value_ratio__values', 'housing_affordability__values',
        'high_school_completion__values', 'preschool_enrollment__values', 'digital_access__values',
    ]) }}
{% endmacro %}
