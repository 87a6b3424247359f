{#
  One integer for a cell of the long table: number of the series, row of the frame (below ten
  million) and position of the label (below one hundred).
#}
{% macro cell_id(series_number, frame_row, label_position) -%}
({{ series_number }}::bigint * 1000000000 + {{ frame_row }}::bigint * 100 + {{ label_position }}::bigint)
{%- endmacro %}
