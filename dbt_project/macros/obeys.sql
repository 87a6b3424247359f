{#
  Rows that break a rule of their table. All rules of a table are one test, because dbt takes as long for
  one more test as for a hundred of these queries (docs/decisions/0017-one-test-a-table.md).

  key          columns that together name a row: none empty, no two rows the same
  unique       columns that name a row alone: the same for each
  never_empty  columns that always hold something
  vocabulary   column -> the only values it may hold, if it holds any
  listed       column -> [relation, field]: the field knows each value, or each part of a semicolon list
  words        column -> the only parts that a semicolon list may hold
  always       conditions that hold in every row
#}
{% test obeys(model, key=[], unique=[], never_empty=[], vocabulary={}, listed={}, words={}, always=[]) %}
{%- set checks = [] -%}
{%- if key -%}{%- do checks.append(names_a_row(model, key)) -%}{%- endif -%}
{%- for column in unique -%}{%- do checks.append(names_a_row(model, [column])) -%}{%- endfor -%}
{%- for column in never_empty -%}
    {%- do checks.append(broken(column ~ ' is never empty', 'broken::varchar', model ~ ' as broken', column ~ ' is null')) -%}
{%- endfor -%}
{%- for column, values in vocabulary.items() -%}
    {%- do checks.append(broken(
        column ~ ' holds a known value', column ~ '::varchar', model, column ~ '::varchar not in ' ~ in_quotes(values)
    )) -%}
{%- endfor -%}
{%- for column, (relation, field) in listed.items() -%}
    {%- do checks.append(broken(
        column ~ ' is listed in ' ~ field, 'part', list_parts(model, column),
        'trim(part) not in (select ' ~ field ~ '::varchar from ' ~ relation ~ ' where ' ~ field ~ ' is not null)'
    )) -%}
{%- endfor -%}
{%- for column, values in words.items() -%}
    {%- do checks.append(broken(
        column ~ ' holds known words', 'part', list_parts(model, column), 'part not in ' ~ in_quotes(values)
    )) -%}
{%- endfor -%}
{%- for condition in always -%}
    {%- do checks.append(broken(
        'always: ' ~ condition, 'broken::varchar', model ~ ' as broken', 'not coalesce((' ~ condition ~ '), false)'
    )) -%}
{%- endfor -%}
{%- if not checks -%}{{ exceptions.raise_compiler_error('test obeys on ' ~ model ~ ' has no rule') }}{%- endif -%}
{{ checks | join('\nunion all\n') }}
{% endtest %}

{% macro broken(rule, found, relation, condition) -%}
select {{ in_quotes([rule]) }} as rule, {{ found }} as found from {{ relation }} where {{ condition }}
{%- endmacro %}

{% macro names_a_row(model, columns) -%}
select
    {{ in_quotes([columns | join(', ') ~ ' names a row']) }} as rule,
    concat_ws(', ', {{ columns | join(', ') }}) as found
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {% for column in columns %} or {{ column }} is null {% endfor %}
{%- endmacro %}

{% macro list_parts(model, column) -%}
(select unnest(string_split({{ column }}::varchar, ';')) as part from {{ model }} where {{ column }}::varchar <> '') as parts
{%- endmacro %}

{% macro in_quotes(values) -%}
(
{%- for value in values -%}
'{{ value | string | replace("'", "''") }}'{{ ', ' if not loop.last }}
{%- endfor -%}
)
{%- endmacro %}
