{#
  The models whose rows are computed metric values, in the order in which they were built.
  A new metric adds its `<metric>__values` here and nowhere else.
#}
{% macro computed_metric_models() %}
    {{ return(['economic_connectedness__values', 'debt_in_collections__values']) }}
{% endmacro %}
