{#
  A city's name as a key: letters and figures alone, without accents, Saint, Fort and Mount shortened, so that St. Paul,
  SAINT PAUL and St Paul are one, and O'Fallon, O Fallon and OFallon. Kinds of places (city, town, village) are left
  out before, where a name has them.
#}
{% macro city_key(name) -%}
regexp_replace(
        regexp_replace(regexp_replace(regexp_replace(
            strip_accents(lower({{ name }})), '\bsaint\b', 'st', 'g'), '\bfort\b', 'ft', 'g'), '\bmount\b', 'mt', 'g'),
        '[^a-z0-9]', '', 'g'
    )
{%- endmacro %}
