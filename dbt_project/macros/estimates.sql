{#
  Normal quantile of a two-sided 95 % interval. All digits of a double: with the 1.959963985 that the methods
  print, bounds differ from the published ones in the twelfth decimal; with these they agree to 1e-15.
#}
{% macro z_95() -%}
1.959963984540054
{%- endmacro %}
