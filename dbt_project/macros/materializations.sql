{#
  Tables and views straight under their name, and only where something changed.

  dbt-duckdb builds beside, renames and drops what was there, so that readers always find a table. Nobody reads this
  warehouse before it is whole and renamed as a file (orchestration/warehouse/build.py): a third of the statements can go.

  A build of part of the warehouse begins with a copy of the last one and a list of what changed, `build.changed`: unique ids of
  seeds, models and sources with other rows, `<id>/sql` of models with other SQL, or `everything`; each with the models that
  were made since. A model is made if its own SQL or the rows of a parent are listed and it was not made since, and is listed
  itself if its rows are not those that it had; else it stays as it is.

  meta.parts    column of a table that tells parts of it apart: each part with other rows is listed as `<id>/<part>`
  meta.part_of  parent -> the part of it that a model reads; `<id>/*` stands for all of them
  See docs/decisions/0099-as-far-as-rows-differ.md.
#}
{% materialization table, adapter='duckdb' %}
  {{ return(in_place('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
  {{ return(in_place('view')) }}
{% endmaterialization %}

{% macro in_place(type) %}
  {% set target = this.incorporate(type=type) %}
  {% set existing = load_cached_relation(this) %}
  {# A build of everything begins with an empty file, without the list. #}
  {% set changes = adapter.get_relation(this.database, 'build', 'changed') %}
  {{ run_hooks(pre_hooks) }}
  {% if changes is none or existing is none or is_listed(changes, made_of()) %}
    {% set beside = type == 'table' and existing is not none and existing.type == 'table' %}
    {% set made = target.incorporate(path={'identifier': this.identifier ~ '__anew'}) if beside else target %}
    {% if existing is not none and not beside %} {% do adapter.drop_relation(existing) %} {% endif %}
    {% call statement('main') -%}
      {{ create_table_as(False, made, compiled_code) if type == 'table' else get_create_view_as_sql(made, compiled_code) }}
    {%- endcall %}
    {% if changes is not none %}
      {% do list_changed(changes, differing_parts(made, existing) if beside else ['*']) %}
    {% endif %}
    {% if beside %}
      {% do adapter.drop_relation(existing) %}
      {% do adapter.rename_relation(made, target) %}
    {% endif %}
    {% do persist_docs(target, model) %}
  {% else %}
    {% call noop_statement('main', 'unchanged') %}{% endcall %}
  {% endif %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {{ return({'relations': [target]}) }}
{% endmacro %}

{# What a model is made of, as the list names it: its SQL, and its parents, or parts of them. #}
{% macro made_of() %}
  {% set nodes = ['everything', model.unique_id ~ '/sql'] %}
  {% set parts = config.get('meta', {}).get('part_of', {}) %}
  {% for parent in model.depends_on.nodes %}
    {% set part = parts.get(parent.split('.')[-1]) %}
    {% do nodes.extend([parent] if part is none else [parent ~ '/' ~ part, parent ~ '/*']) %}
  {% endfor %}
  {{ return(nodes) }}
{% endmacro %}

{% macro is_listed(changes, nodes) %}
  {% set listed %}
    select count(*) from {{ changes }}
    where node in ('{{ nodes | join("', '") }}') and not list_contains(made_since, '{{ model.unique_id }}')
  {% endset %}
  {{ return(run_query(listed).columns[0].values()[0] > 0) }}
{% endmacro %}

{% macro list_changed(changes, parts) %}
  {% if parts %}
    {% set nodes = [model.unique_id] %}
    {% for part in parts %} {% do nodes.append(model.unique_id ~ '/' ~ part) %} {% endfor %}
    {% do run_query("insert into " ~ changes ~ " values ('" ~ nodes | join("', [], true), ('") ~ "', [], true)") %}
  {% endif %}
{% endmacro %}

{#
  The parts of a table whose rows are not those of another one, in whatever order they stand; a table without parts is one.
  None if the tables are the same.
#}
{% macro differing_parts(table, other) %}
  {% set columns = adapter.get_columns_in_relation(table) %}
  {% set others = adapter.get_columns_in_relation(other) %}
  {% set same_columns = columns | map(attribute='name') | list == others | map(attribute='name') | list
    and columns | map(attribute='dtype') | list == others | map(attribute='dtype') | list %}
  {% if not same_columns %} {{ return(['*']) }} {% endif %}
  {% set part = config.get('meta', {}).get('parts', "'*'") %}
  {% set compared %}
    with anew as ({{ contents(table, columns, part) }}), before as ({{ contents(other, columns, part) }})
    select part from anew full join before using (part) where anew.content is distinct from before.content
  {% endset %}
  {{ return(run_query(compared).columns[0].values() | list) }}
{% endmacro %}

{#
  Of each part how many rows it has, and two sums of hashes of 64 bits of each: they do not depend on the order in which rows
  are read. 0.0 and -0.0 are equal, and have the same hash, but not the same bytes.
#}
{% macro contents(table, columns, part) %}
  {%- set names, more = [], [] -%}
  {%- for column in columns -%}
    {%- set name = adapter.quote(column.name) -%}
    {%- do names.append(name) -%}
    {%- if column.dtype in ('DOUBLE', 'FLOAT') -%} {%- do more.append('signbit(' ~ name ~ ')') -%}
    {%- elif '[' in column.dtype or 'STRUCT' in column.dtype or 'MAP' in column.dtype -%} {%- do more.append(name ~ '::varchar') -%}
    {%- endif -%}
  {%- endfor -%}
  select
    {{ part }}::varchar as part,
    concat_ws(
      ' ', count(*), sum(hash({{ names | join(', ') }})), sum(hash({{ (names | reverse | list + more) | join(', ') }}))
    ) as content
  from {{ table }} group by 1
{%- endmacro %}
