{#
  Tables and views straight under their name.

  dbt-duckdb builds beside, renames and drops what was there, so that readers always find a table. Nobody reads this
  warehouse before it is whole and renamed as a file (orchestration/warehouse/build.py): a third of the statements can go.
#}
{% materialization table, adapter='duckdb' %}
  {{ return(in_place('table', create_table_as(False, this.incorporate(type='table'), compiled_code))) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
  {{ return(in_place('view', get_create_view_as_sql(this.incorporate(type='view'), compiled_code))) }}
{% endmaterialization %}

{% macro in_place(type, create) %}
  {% set existing = load_cached_relation(this) %}
  {{ run_hooks(pre_hooks) }}
  {% if existing is not none %} {% do adapter.drop_relation(existing) %} {% endif %}
  {% call statement('main') %} {{ create }} {% endcall %}
  {% do persist_docs(this.incorporate(type=type), model) %}
  {{ run_hooks(post_hooks) }}
  {% do adapter.commit() %}
  {{ return({'relations': [this.incorporate(type=type)]}) }}
{% endmacro %}
