{#
  Flags per publication and variable, over all rows and over those of subgroups other than All; only of years
  that Urban has published, whose flags it counted.
#}
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
where
    (counted.rows_counted = 'all' or subgroup <> 'All')
    and series_id in (select series_id from {{ ref('series_numbers') }} where published_file is not null)
group by publication, variable, counted.rows_counted
{%- endmacro %}
