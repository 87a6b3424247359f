{#
  The comments of a relation, in one statement.

  dbt-duckdb asks twice for the columns before it writes comments, and once more to write the relation's own: three of
  the six statements of every node, at ten milliseconds each of dbt's own work. Contracts and drift tests hold the YAML
  to the columns, so nothing is asked here; a column that is not there fails its model.
#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
  {% set comments = [] %}
  {% if for_relation and config.persist_relation_docs() and model.description %}
    {% do comments.append(alter_relation_comment(relation, model.description)) %}
  {% endif %}
  {% if for_columns and config.persist_column_docs() %}
    {% for column in model.columns.values() if column.description %}
      {% do comments.append(
        'comment on column ' ~ relation ~ '.' ~ adapter.quote(column.name) ~ ' is '
        ~ duckdb_escape_comment(column.description) ~ ';'
      ) %}
    {% endfor %}
  {% endif %}
  {% if comments %}
    {% do adapter.add_query(comments | join('\n'), abridge_sql_log=True) %}
  {% endif %}
{% endmacro %}
