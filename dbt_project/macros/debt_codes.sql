{# Whether a cell of a Debt in America workbook is a code for a missing share. #}
{% macro is_debt_code(cell) -%}
coalesce({{ cell }} in ('n/a*', 'n/a**', 'NA', ''), true)
{%- endmacro %}

{#
  Why a share is missing: too few records, no such neighborhoods, or not delivered. NA is the only mark of 2023 and stands
  for both.
#}
{% macro debt_missing_reason(code) -%}
case {{ code }}
    when 'n/a*' then 'suppressed_by_source'
    when 'n/a**' then 'not_in_universe'
    when 'NA' then 'suppressed_by_source'
    else 'no_source_data'
end
{%- endmacro %}
