{#
  Groups by the columns of `always`, and also by these with each one of `each`. In a macro of its own, because sqlfluff
  cannot read grouping sets in DuckDB's dialect (findings/sqlfluff_grouping_sets.sh): for it this reads `all`, see
  pyproject.toml.
#}
{% macro grouping_sets(always, each) -%}
{%- set keys = always | join(', ') -%}
grouping sets (({{ keys }}){% for column in each %}, ({{ keys }}, {{ column }}){% endfor %})
{%- endmacro %}
