{#
  One published result file as long rows, in the vocabulary of the long table.

  file            id of the file in seed `published_files` (or `earlier_files`)
  source_name     source of the file: urban_published_2025, or urban_published_earlier
  geography_type  county | place
  code_column     the file's column with the county or place code
  subgroup_types  the series the file feeds; its All row feeds every one of them
  has_subgroups   whether the file has the columns subgroup_type and subgroup
  columns         list of [variable, value, text side, lower, upper, quality] (seed
                  `published_file_columns`); '' where the file has no such column

  Codes are padded here because three files were re-saved without leading zeros. The types of
  subgroups are spelled in five ways (poverty, race_ethnicity, race-ethncity, ...): with one
  subgroup type in a file it is the series' own, with several the file tells them apart.

  One select a variable: DuckDB reads just its columns, which is ten times quicker than one scan that
  unpivots lists.
#}
{% macro published_rows(file, geography_type, code_column, subgroup_types, has_subgroups, columns, source_name='urban_published_2025') %}
{%- set finer_types = subgroup_types | reject('equalto', 'all') | list %}
{%- set tells_subgroups = has_subgroups and finer_types | length > 0 %}
{%- for variable, value, side, lower, upper, quality in columns %}
select
    '{{ file }}' as published_file,
    '{{ geography_type }}' as geography_type,
    lpad(file.state, 2, '0') || lpad(file.{{ code_column }}, {{ 3 if geography_type == 'county' else 5 }}, '0') as geoid,
    file.year,
    {%- if subgroup_types | length == 1 %}
    '{{ subgroup_types[0] }}' as subgroup_type,
    {%- else %}
    fed.subgroup_type,
    {%- endif %}
    {{ 'coalesce(recode.subgroup, file.subgroup)' if tells_subgroups else "'All'" }} as subgroup,
    '{{ variable }}' as variable,
    {{ published_number(value, side) }} as value,
    {{ 'file.' ~ lower if lower else 'null' }}::double as lower,
    {{ 'file.' ~ upper if upper else 'null' }}::double as upper,
    file.{{ quality }} as quality,
    file._row as file_row
from {{ source('lake', source_name ~ '__' ~ file) }} as file
{%- if subgroup_types | length > 1 %}
cross join (values {% for type in subgroup_types %}('{{ type }}'){{ ', ' if not loop.last }}{% endfor %}) as fed (subgroup_type)
{%- endif %}
{%- if tells_subgroups %}
left join {{ ref('published_label_recodes') }} as recode
    on file.subgroup = recode.published_subgroup
{%- endif %}
{%- if tells_subgroups and 'all' in subgroup_types %}
where fed.subgroup_type <> 'all' or file.subgroup = 'All'
{%- elif tells_subgroups and finer_types | length > 1 %}
where file.subgroup = 'All' or fed.subgroup_type = replace(file.subgroup_type, '_', '-')
{%- endif %}
{{ 'union all by name' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# A published number; home value ratios are text `house value : households`. #}
{% macro published_number(column, side) %}
    {%- if side == 'left' -%} split_part(file.{{ column }}, ':', 1)::double
    {%- elif side == 'right' -%} split_part(file.{{ column }}, ':', 2)::double
    {%- else -%} file.{{ column }}::double
    {%- endif -%}
{% endmacro %}
