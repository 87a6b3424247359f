{# Parts of a semicolon list that another table does not know. A blank list is right: it means all. #}
{% test listed_in(model, column_name, to, field) %}
select distinct part
from (select unnest(string_split({{ column_name }}, ';')) as part from {{ model }} where {{ column_name }} <> '') as parts
where trim(part) not in (select {{ field }}::varchar from {{ to }})
{% endtest %}

{# Parts of a semicolon list outside a fixed vocabulary. #}
{% test listed_values(model, column_name, values) %}
select distinct part
from (select unnest(string_split({{ column_name }}, ';')) as part from {{ model }} where {{ column_name }} <> '') as parts
where part not in ({% for value in values %}'{{ value }}'{{ ', ' if not loop.last }}{% endfor %})
{% endtest %}

{# Rows that hold the condition false or unknown. #}
{% test always(model, condition) %}
select * from {{ model }} where not coalesce({{ condition }}, false)
{% endtest %}
