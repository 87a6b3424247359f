{# Flags per publication and variable, over all rows and over those of subgroups other than All. #}
{% macro flag_counts(model) -%}
select
    publication,
    variable,
    counted.rows_counted,
    count(*) filter (where quality = 1) as strong,
    count(*) filter (where quality = 2) as marginal,
    count(*) filter (where quality = 3) as weak
from ({{ with_names(ref(model)) }}) as cell
cross join (values ('all'), ('subgroups')) as counted (rows_counted)
where counted.rows_counted = 'all' or subgroup <> 'All'
group by publication, variable, counted.rows_counted
{%- endmacro %}
