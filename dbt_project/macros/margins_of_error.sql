{#
  Margins of error of what is derived from published estimates, by the Census Bureau's formulas. Source:
  "Understanding and Using American Community Survey Data: What All Data Users Need to Know" (2020), chapter 8,
  and "Instructions for Applying Statistical Testing to ACS 5-Year Data". Margins are of 90 %.
#}

{# Quantile by which the Census Bureau multiplies a standard error to have a margin of error of 90 %. #}
{% macro z_90() -%}
1.645
{%- endmacro %}

{#
  A margin as the agency writes it, as a number. A controlled estimate (`*****` in files, -555555555 in answers of the
  interface) has no sampling error: 0. Every other sign says that there is no margin.
#}
{% macro acs_margin(column) -%}
case
    when {{ column }} in ('*****', '-555555555') then 0
    when try_cast({{ column }} as bigint) >= 0 then try_cast({{ column }} as bigint)
end::bigint
{%- endmacro %}

{#
  Margin of the sum of several estimates of one area: root of the sum of squares, where of the estimates that are zero
  only the largest margin counts. Missing if any part is. `parts` are pairs of estimate and margin.
#}
{% macro margin_of_sum(parts) -%}
sqrt(
    {%- for estimate, margin in parts %}
    case when {{ estimate }} <> 0 then {{ margin }} * {{ margin }} when {{ estimate }} = 0 then 0 * {{ margin }} end +
    {%- endfor %}
    greatest(0
    {%- for estimate, margin in parts -%}
    , case when {{ estimate }} = 0 then {{ margin }} * {{ margin }} end
    {%- endfor %})
)
{%- endmacro %}

{#
  Margin of the sum of the estimates of several areas (an aggregate): root of the sum of squares. An area of which
  only a share counts has that share of its margin. Missing if any margin is. Sums of decimals, whose order is nothing.
#}
{% macro margin_of_total(margin, share='1') -%}
case
    when count(*) = count({{ margin }})
        then sqrt(sum(({{ share }} * {{ share }} * {{ margin }} * {{ margin }})::decimal(38, 8))::double)
end
{%- endmacro %}

{#
  Margin of a proportion, whose numerator is a part of its denominator. Where the root has nothing to be taken of, the
  formula of a ratio is used instead, as the Census Bureau advises.
#}
{% macro margin_of_proportion(numerator, numerator_margin, denominator, denominator_margin) -%}
case
    when {{ denominator }} > 0
        then sqrt(
            case
                when
                    power({{ numerator_margin }}, 2)
                    >= power({{ numerator }} / {{ denominator }} * {{ denominator_margin }}, 2)
                    then
                        power({{ numerator_margin }}, 2)
                        - power({{ numerator }} / {{ denominator }} * {{ denominator_margin }}, 2)
                else
                    power({{ numerator_margin }}, 2)
                    + power({{ numerator }} / {{ denominator }} * {{ denominator_margin }}, 2)
            end
        ) / {{ denominator }}
end
{%- endmacro %}

{# Standard error over estimate. #}
{% macro coefficient_of_variation(margin, estimate) -%}
{{ margin }} / {{ z_90() }} / nullif({{ estimate }}, 0)
{%- endmacro %}

{# Flag by the coefficient of variation: Strong below 0.2, Marginal below 0.4, else Weak. #}
{% macro quality_of_variation(variation) -%}
case when {{ variation }} < 0.2 then 1 when {{ variation }} < 0.4 then 2 when {{ variation }} >= 0.4 then 3 end::smallint
{%- endmacro %}

{# The sum of a column, missing if any of its rows is. #}
{% macro whole_sum(column) -%}
case when count(*) = count({{ column }}) then sum({{ column }}) end
{%- endmacro %}
