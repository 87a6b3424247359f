{#
  A seed is copied from the file whose columns dbt has just read.

  dbt-duckdb takes `root_path` of what dbt remembers of the project, which dbt does not renew for a file that did not change:
  where the project's folder was copied or moved, that is a file of the other folder (findings/dbt_duckdb_seed_of_another_folder.sh).
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
  {% set sql %}
    copy {{ this.render() }} from '{{ agate_table.original_abspath | replace("'", "''") }}'
    (format csv, header true, delimiter '{{ config.get('delimiter', ',') }}')
  {% endset %}
  {% do adapter.add_query(sql, abridge_sql_log=True) %}
  {{ return(sql) }}
{% endmacro %}
