{#
  The weighted percentile by the rule "hf3" of R's survey package, with the weights of equal values added up.
  With distinct values x_1 .. x_m, their cumulative weights C_1 .. C_m and the total C,

      k = last j with C_j <= p C (1 if there is none)
      p C = C_k exactly and k even:  x_k,  else x_(k+1)  (x_m if k = m)

  Aggregates over the rows of one cell with `value` and `rank` (1 .. m); `reached` is C_j and `sought` is p C, both
  times the same factor if that keeps them whole.
#}
{% macro weighted_percentile(reached, sought) -%}
coalesce(
            max(value) filter (where {{ reached }} = {{ sought }} and rank % 2 = 0),
            min(value) filter (where {{ reached }} > {{ sought }} and rank > 1),
            max(value)
        )
{%- endmacro %}

{# The percentiles of the metric, in percent. #}
{% macro income_percentiles() -%}
{{ return([20, 50, 80]) }}
{%- endmacro %}
