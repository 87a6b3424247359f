{#
  Whether two numbers are the same but for the last digits of a decimal text (relative 1e-12), or both
  missing.
#}
{% macro same_number(one, other) -%}
coalesce(abs({{ one }} - {{ other }}) <= 1e-12 * greatest(abs({{ one }}), abs({{ other }})), {{ one }} is null and {{ other }} is null)
{%- endmacro %}
