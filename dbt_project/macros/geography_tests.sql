{# Rows whose key is not unique, or has an empty part. #}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}, count(*) as row_count
from {{ model }}
group by all
having row_count > 1 {% for column in columns %} or {{ column }} is null {% endfor %}
{% endtest %}
