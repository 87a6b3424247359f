{# The word that stands in the wide tables for a quality of 1, 2 or 3. #}
{% macro quality_label(quality) -%}
case {{ quality }} when 1 then 'Strong' when 2 then 'Marginal' when 3 then 'Weak' end
{%- endmacro %}

{# Two shares as the published text `a:b`, three decimals each. #}
{% macro ratio_text(left, right) -%}
printf('%.3f:%.3f', {{ left }}, {{ right }})
{%- endmacro %}
