{#
  Flags per publication and variable, over all rows and over those of subgroups other than All; only of years
  that Urban has published, whose flags it counted.

  Counted by the numbers of series and label first: the millions of cells then need no names.
#}
{% macro flag_counts(model) -%}
select
    series.publication,
    series.variable,
    counted.rows_counted,
    sum(cell.strong)::bigint as strong,
    sum(cell.marginal)::bigint as marginal,
    sum(cell.weak)::bigint as weak
from (
    select
        series_number,
        label_position,
        count(*) filter (where quality = 1) as strong,
        count(*) filter (where quality = 2) as marginal,
        count(*) filter (where quality = 3) as weak
    from {{ ref(model) }}
    group by series_number, label_position
) as cell
inner join {{ ref('series_numbers') }} as series using (series_number)
inner join {{ ref('subgroups') }} as label
    on
        series.subgroup_type = label.subgroup_type
        and cell.label_position = label.position
cross join (values ('all'), ('subgroups')) as counted (rows_counted)
where
    (counted.rows_counted = 'all' or label.subgroup <> 'All')
    and series.published_file is not null
group by series.publication, series.variable, counted.rows_counted
{%- endmacro %}
