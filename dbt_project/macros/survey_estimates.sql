{#
  Estimates from a survey with replicate weights. Formulas and sources: docs/survey-estimates.md.

  The survey weight and its 80 replicates are columns <name>_0 to <name>_80 as long as they are added. Sums are whole
  numbers, those over PUMAs in trillionths, so that no order of adding changes a digit. Then a list holds the 81 of
  them as DOUBLE, the survey weight's first.
#}

{# 0 is the survey weight, 1 to 80 are its replicates. #}
{% macro weight_numbers() -%}
{{ return(range(81)) }}
{%- endmacro %}

{# Sums over records of weights, or of a whole number times the weight: <name>_0 to <name>_80. #}
{% macro weight_sums(name, times=none) -%}
{% for r in weight_numbers() -%}
sum({{ times ~ ' * ' if times }}weight_{{ r }})::bigint as {{ name }}_{{ r }}{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{#
  Sums of such sums, for a coarser grain, another name, or only where a condition holds. CASE and not FILTER:
  DuckDB copies all columns once per filtered aggregate.
#}
{% macro sums_of_sums(name, of, condition=none) -%}
{% for r in weight_numbers() -%}
sum({{ 'case when ' ~ condition ~ ' then ' if condition }}{{ of }}_{{ r }}{{ ' else 0 end' if condition }}) as {{ name }}_{{ r }}{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{# The same of sums over records, which are whole numbers. #}
{% macro whole_sums(name, of, condition=none) -%}
{{ sums_of_sums(name, of, condition) | replace(') as ', ')::bigint as ') }}
{%- endmacro %}

{#
  What a PUMA's sums give to an area, in trillionths: each sum times the share of the PUMA's people who live in the
  area, which has twelve decimals. Expects the relation `survey_areas` under the name `area`. A sum stays below 1e28:
  3.4e15 dollars of all homes of the nation times 1e12; HUGEINT holds 1e38.
#}
{% macro allocated_sums(name) -%}
{% for r in weight_numbers() -%}
sum((area.afact * 1000000000000)::hugeint * {{ name }}_{{ r }}) as {{ name }}_{{ r }}{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{# The 81 sums of a name as a list of DOUBLE. #}
{% macro list_of_sums(name) -%}
[{% for r in weight_numbers() %}{{ name }}_{{ r }}::double{{ ', ' if not loop.last }}{% endfor %}]
{%- endmacro %}

{# The same of sums in trillionths. #}
{% macro list_of_allocated_sums(name) -%}
list_transform(
    [{% for r in weight_numbers() %}{{ name }}_{{ r }}{{ ', ' if not loop.last }}{% endfor %}],
    lambda trillionths: {{ from_trillionths('trillionths') }}
)
{%- endmacro %}

{#
  The DOUBLE that DuckDB makes of the same sum as DECIMAL(38, 12), to the last digit: whole part and rest apart. DuckDB's
  own cast takes sixteen times as long (docs/decisions/0101-sums-over-areas.md).
#}
{% macro from_trillionths(sum) -%}
{%- set nearest = '(' ~ sum ~ '::double / 1e12)::bigint' -%}
{%- set rest = '(' ~ sum ~ ' - ' ~ nearest ~ '::hugeint * 1000000000000)::bigint' -%}
{%- set below = '(' ~ rest ~ ' < 0)::bigint' -%}
case
        when {{ sum }} <= 9007199254740992 then {{ sum }}::double / 1e12
        else ({{ nearest }} - {{ below }})::double + ({{ rest }} + {{ below }} * 1000000000000)::double / 1e12
    end
{%- endmacro %}

{# Of two lists of sums the 80 distances of the replicate ratios from the ratio of the survey weights. #}
{% macro ratio_deviations(numerator, denominator) -%}
list_transform(
    list_zip({{ numerator }}, {{ denominator }})[2:{{ weight_numbers() | length }}],
    lambda sums: sums[1] / nullif(sums[2], 0) - {{ numerator }}[1] / nullif({{ denominator }}[1], 0)
)
{%- endmacro %}

{#
  Variance of a ratio of two sums by successive differences, the Census Bureau's formula for the ACS: the
  mean squared distance of the 80 replicate ratios from the ratio of the survey weights, times four.

      var = 4/80 x sum over r = 1..80 of (numerator_r/denominator_r - numerator_0/denominator_0)^2

  Of the distances by ratio_deviations. NULL if a replicate has no ratio.
  Source: Census Bureau, PUMS Accuracy of the Data; Fay and Train (1995).
#}
{% macro replicate_variance(deviations) -%}
case
        when list_count({{ deviations }}) = {{ weight_numbers() | length - 1 }}
            then 4 / 80.0 * list_sum(list_transform({{ deviations }}, lambda distance: pow(distance, 2)))
    end
{%- endmacro %}

{#
  Standard error of the difference of two ratios of the same replicates: the variance of replicate_variance, of the
  differences. What two groups have in common is in it; nothing is taken as independent.

      var = 4/80 x sum over r = 1..80 of ((a_r - a_0) - (b_r - b_0))^2
#}
{% macro error_of_deviations(one, other) -%}
sqrt(4 / 80.0)::double * list_distance({{ one }}, {{ other }})
{%- endmacro %}

{#
  Student's t quantile of a two-sided 95 % interval. The full design has 79 degrees of freedom (80 replicate
  weights less one): R's survey package takes the rank of the replicate matrix less one.
#}
{% macro t_95_full_design() -%}
{{ t_95_values()[78] }}::double
{%- endmacro %}

{#
  The same quantile for a cell whose records are fewer than the replicates: the rank of its replicate matrix
  is its number of records, so the degrees of freedom are records - 1, at most 79. A list of R's
  qt(0.975, 1:79).
#}
{% macro t_95_of_cell(records) -%}
list_extract([{{ t_95_values() | join(', ') }}], least({{ records }} - 1, 79))::double
{%- endmacro %}

{# Fewer records than this, summed by allocation, and there is no estimate. #}
{% macro least_effective_sample() -%}
30
{%- endmacro %}

{# The words for a flag of an area, and whether its value is no more than its PUMA's average. #}
{% macro allocation_reason(quality, is_borrowed) -%}
case {{ quality }}
    when 1 then 'PUMAs fit the area'
    when 2 then 'PUMAs fit the area in part'
    when 3 then 'PUMAs fit the area poorly'
end || case when {{ is_borrowed }} then '; the value is the average of the one PUMA around it' else '' end
{%- endmacro %}

{% macro t_95_values() -%}
{{ return([
        12.706204736174694, 4.302652729749462, 3.1824463052837078, 2.7764451051977934, 2.5705818356363146,
        2.4469118511449786, 2.364624251592784, 2.306004135204166, 2.262157162798205, 2.228138851986274,
        2.200985160091639, 2.1788128296672284, 2.1603686564627913, 2.144786687917804, 2.131449545559776,
        2.1199052992212546, 2.1098155778333156, 2.1009220402410382, 2.0930240544083087, 2.085963447265864,
        2.0796138447276795, 2.0738730679040254, 2.0686576104190486, 2.0638985616280245, 2.0595385527532972,
        2.0555294386428735, 2.0518305164802846, 2.0484071417952454, 2.045229642132703, 2.0422724563012378,
        2.039513446396408, 2.0369333434601016, 2.0345152974493383, 2.0322445093177186, 2.030107928250343,
        2.0280940009804502, 2.0261924630291093, 2.0243941639119694, 2.022690920036761, 2.021075390306273,
        2.019540970441376, 2.0180817028184443, 2.016692199227824, 2.0153675744437636, 2.014103388880846,
        2.012895598919429, 2.0117405137297655, 2.010634757624232, 2.0095752371292392, 2.008559112100761,
        2.007583770315836, 2.006646805061688, 2.0057459953178687, 2.0048792881880564, 2.0040447832891455,
        2.003240718847872, 2.002465459291007, 2.0017174841452356, 2.000995378088267, 2.0002978220142604,
        1.999623584994939, 1.9989715170333788, 1.998340542520741, 1.997729654317693, 1.9971379083920038,
        1.9965644189523117, 1.996008354025296, 1.9954689314298435, 1.9949454151072374, 1.994437111771186,
        1.9939433678456255, 1.9934635666618719, 1.992997125889855, 1.992543495180932, 1.9921021540022417,
        1.9916726096446642, 1.9912543953883846, 1.9908470688116906, 1.9904502102301285
]) }}
{%- endmacro %}
