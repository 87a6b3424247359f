{#
  The records of the ACS microdata, whatever the layout of their year: names that the Census Bureau changed
  over the years are read as one.
#}

{#
  The files of the microdata by name: year (the only one of a 1-year file, the last one of a 5-year file), sample
  as in the long table, and the year since which its PUMAs are drawn so. Joined by name, so that DuckDB reads
  only the Parquet files of the samples that a model asks for.
#}
{% macro survey_vintages() -%}
(
    select
        vintage.year || kind.suffix as vintage,
        vintage.year,
        kind.sample,
        vintage.puma_vintage
    from {{ ref('geography_vintages') }} as vintage
    cross join (values ('acs1', '-1yr'), ('acs5', '-5yr')) as kind (sample, suffix)
)
{%- endmacro %}

{#
  Year in which the household was interviewed. From 2017 on (5-year files: always) SERIALNO begins with it;
  the 1-year files before have a bare number and hold one year only.
#}
{% macro survey_interview_year() -%}
case
    when length(record."SERIALNO") >= 13 then substr(record."SERIALNO", 1, 4)::integer
    else vintage.year
end
{%- endmacro %}

{#
  Code of the PUMA, and the year since which PUMAs are drawn so (2000, 2012, 2022). Files of one generation
  have one column; files that mix two have a column for each, with a negative number where it does not apply.
#}
{% macro survey_puma() -%}
coalesce({% for column in ['PUMA', 'PUMA20', 'PUMA10', 'PUMA00'] -%}
    case when not contains(record."{{ column }}", '-') then record."{{ column }}" end{{ ', ' if not loop.last }}
{%- endfor %})
{%- endmacro %}

{% macro survey_puma_vintage() -%}
case
    when record."PUMA" is not null then vintage.puma_vintage
    when not contains(record."PUMA20", '-') then 2022
    when not contains(record."PUMA10", '-') then 2012
    else 2000
end
{%- endmacro %}

{# What a person and a housing unit have in common: sample, household, state and PUMA. #}
{% macro survey_record_place() -%}
vintage.year,
    vintage.sample,
    {{ survey_interview_year() }} as interview_year,
    record."SERIALNO" as serial_number,
    lpad(coalesce(record."ST", record."STATE"), 2, '0') as state,
    {{ survey_puma() }} as puma,
    {{ survey_puma_vintage() }} as puma_vintage
{%- endmacro %}

{# The survey weight and its 80 replicates as weight_0 to weight_80. #}
{% macro survey_weights(column) -%}
{% for r in weight_numbers() -%}
record."{{ column }}{{ r if r else '' }}" as weight_{{ r }}{{ ',' if not loop.last }}
{% endfor %}
{%- endmacro %}

{#
  Race and ethnicity in the four groups of Urban: Hispanic of any race first, then one race alone; everything
  else, also two or more races, is Other.
#}
{% macro race_ethnicity(hispanic_origin, race) -%}
case
    when {{ hispanic_origin }} <> 1 then 'Hispanic'
    when {{ race }} = 1 then 'White, Non-Hispanic'
    when {{ race }} = 2 then 'Black, Non-Hispanic'
    else 'Other Races and Ethnicities'
end
{%- endmacro %}

{#
  The two groups of the 50,000 dollar line. Incomes are in dollars of the sample's last year (ADJHSG, 1 in
  1-year files), rounded to whole dollars as in the extract that Urban used; a household without an income
  (group quarters) is in neither group.
#}
{% macro income_group(income) -%}
case when {{ income }} >= 50000 then '$50,000 or More' when {{ income }} < 50000 then 'Less than $50,000' end
{%- endmacro %}
