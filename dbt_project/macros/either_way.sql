{#
  The rows of a table of the school portal: of each year from the bulk file where that has the year, else from the
  answers of the interface. Never both, and never a mixture within a year.
#}
{% macro either_way(name) -%}
select
    * exclude (_vintage),
    'portal_schools/' || _vintage || '/{{ name }}' as source_file
from {{ source('lake', 'portal_schools__' ~ name) }}
where year not in (select distinct whole.year from {{ source('lake', 'portal_schools__bulk_' ~ name) }} as whole)
union all by name
select
    * exclude (_vintage),
    'portal_schools/' || _vintage || '/bulk_{{ name }}' as source_file
from {{ source('lake', 'portal_schools__bulk_' ~ name) }}
{%- endmacro %}
