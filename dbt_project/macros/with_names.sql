{#
  Cells with the names that their numbers stand for. The tables of millions of cells hold numbers only: to
  write texts takes DuckDB longer than all the rest (docs/decisions/0018-cells-hold-numbers.md).

  cells: a relation with series_number, frame_row, label_position and publication.
#}
{% macro with_names(cells) -%}
select
    series.series_id,
    series.variable,
    series.geography_type,
    frame.geoid,
    series.year,
    series.subgroup_type,
    label.subgroup,
    series.sample,
    cell.*
from {{ cells }} as cell
inner join {{ ref('series_numbers') }} as series using (series_number)
inner join {{ ref('geography_years') }} as frame
    on
        series.geography_type = frame.geography_type
        and cell.frame_row = frame.frame_row
inner join {{ ref('subgroups') }} as label
    on
        series.subgroup_type = label.subgroup_type
        and cell.label_position = label.position
{%- endmacro %}
