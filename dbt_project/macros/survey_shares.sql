{#
  The rest of the model of a metric that is the share of persons or households with some answer: sums over PUMAs go
  to the areas; there a share, its replicate interval, and the rule of the least sample. Comes after a CTE `sums`
  with year, sample, state, puma, is_counted (the answer), records, weight_0 to weight_80 and a column per group.

  metric         as in seed series
  groups         columns of groups in `sums`
  source_tables  tables of the lake, for the components
  sample_rule    what must reach the least sample: `effective_sample`, the records summed by allocation, or
                 `joined_records`, the records of all PUMAs that touch the area
  suppressed     a CTE with year, sample, state and puma of what the source suppressed, so that it is not in `sums`: cells
                 that lack a part of their records say so
#}
{% macro survey_shares(metric, groups, source_tables, sample_rule='effective_sample', suppressed=none) %}
by_group as (
    select
        year,
        sample,
        state,
        puma,
        coalesce({{ groups | join(', ') }}, 'All') as subgroup,
        sum(records)::bigint as records,
        {{ whole_sums('numerator', 'weight', 'is_counted') }},
        {{ whole_sums('denominator', 'weight') }}
    from sums
    group by {{ grouping_sets(always=['year', 'sample', 'state', 'puma'], each=groups) }}
    having {% for group in groups %}grouping({{ group }}) + {% endfor %}0 = {{ groups | length }}
        or coalesce({{ groups | join(', ') }}) is not null
),

areas as (
    select
        sums.year,
        sums.sample,
        area.geography_type,
        area.geoid,
        sums.subgroup,
        {{ survey_area_facts() }},
        sum(area.afact * sums.records) as effective_sample,
        sum(sums.records) as joined_records,
        {{ allocated_sums('numerator') }},
        {{ allocated_sums('denominator') }}
    from by_group as sums
    inner join {{ ref('survey_areas') }} as area using (year, state, puma)
    group by all
),

replicates as (
    select
        year,
        sample,
        geography_type,
        geoid,
        subgroup,
        quality,
        pumas,
        is_borrowed,
        effective_sample,
        {{ list_of_allocated_sums('numerator') }} as numerators,
        {{ list_of_allocated_sums('denominator') }} as denominators
    from areas
    where {{ sample_rule }} >= {{ least_effective_sample() }}
),

estimates as (
    select
        year,
        sample,
        geography_type,
        geoid,
        subgroup,
        quality,
        pumas,
        is_borrowed,
        effective_sample::double as effective_sample,
        numerators[1] as numerator,
        denominators[1] as denominator,
        numerators[1] / denominators[1] as share,
        {{ ratio_deviations('numerators', 'denominators') }} as deviations,
        sqrt({{ replicate_variance('deviations') }}) as standard_error
    from replicates
),

{{ survey_differences(metric) }},

{%- if suppressed %}
-- Areas that lack records, and whether they have none left.
areas_suppressed as (
    select
        gone.year,
        gone.sample,
        area.geography_type,
        area.geoid,
        (gone.year, gone.sample, area.geography_type, area.geoid) not in (
            select (year, sample, geography_type, geoid) from areas
        ) as has_none_left
    from {{ suppressed }} as gone
    inner join {{ ref('survey_areas') }} as area using (year, state, puma)
    group by all
),
{%- endif %}

{{ survey_cells(metric, 'sums') }}

select
    {{ survey_key() }},
    estimate.share as value,
    {{ interval_bounds('estimate.share', 'estimate.standard_error') }},
    estimate.quality,
    {{ allocation_reason('estimate.quality', 'estimate.is_borrowed') }}
    {%- if suppressed %}
    || case when lacking.geoid is not null then '; without a PUMA and year whose answers the source suppressed' else '' end
    {%- endif %} as quality_reason,
    {%- if suppressed %}
    case
        when lacking.has_none_left then 'suppressed_by_source'
        else {{ survey_missing_reason('estimate.share') }}
    end as missing_reason,
    {%- else %}
    {{ survey_missing_reason('estimate.share') }} as missing_reason,
    {%- endif %}
    estimate.numerator,
    estimate.denominator,
    estimate.effective_sample as sample_size,
    {{ design_effect('estimate.share', 'estimate.standard_error', 'estimate.effective_sample') }} as design_effect,
    estimate.pumas as crosswalk_rows,
    estimate.is_borrowed as is_puma_average,
    {{ survey_source_files(source_tables) }} as source_files,
    difference.differences
from cells as cell
left join estimates as estimate using (year, sample, geography_type, geoid, subgroup)
left join differences as difference using (year, sample, geography_type, geoid, subgroup)
{%- if suppressed %}
left join areas_suppressed as lacking using (year, sample, geography_type, geoid)
{%- endif %}
{% endmacro %}

{#
  CTE `cells`: every cell of the metric's series in the states whose records are at hand. A state without
  records has no cells, so that the series is not taken for complete (metric_completeness).
#}
{% macro survey_cells(metric, records) -%}
states as (
    select distinct year, sample, state from {{ records }}
),

cells as (
    select
        series.variable,
        frame.geography_type,
        frame.geoid,
        frame.year,
        series.subgroup_type,
        label.subgroup,
        states.sample,
        -- An area without a crosswalk row has no PUMA of its year: it was founded after the PUMAs were drawn.
        area.geoid is not null as has_area
    from {{ ref('series') }} as series
    inner join {{ ref('metric_subgroups') }} as label using (metric, subgroup_type)
    inner join {{ ref('geography_years') }} as frame using (geography_type, year)
    inner join states using (year, sample, state)
    left join (select distinct geography_type, geoid, year from {{ ref('survey_areas') }}) as area
        using (geography_type, geoid, year)
    where series.metric = '{{ metric }}'
)
{%- endmacro %}

{#
  CTE `differences`, from `estimates` with share, standard_error and deviations: of each group of an area the standard
  error of its difference to every later one of the same kind, from the replicates (model gap_errors has them as rows).
#}
{% macro survey_differences(metric) -%}
kinds as (
    select distinct
        one.subgroup,
        other.subgroup as other
    from {{ ref('metric_subgroups') }} as one
    inner join {{ ref('metric_subgroups') }} as other using (metric, subgroup_type)
    where metric = '{{ metric }}' and one.subgroup < other.subgroup
),

differences as (
    select
        one.year,
        one.sample,
        one.geography_type,
        one.geoid,
        one.subgroup,
        list(
            struct_pack(
                other := other.subgroup, standard_error := {{ error_of_deviations('one.deviations', 'other.deviations') }}
            )
            order by other.subgroup
        ) as differences
    from estimates as one
    inner join kinds using (subgroup)
    inner join estimates as other
        on
            one.year = other.year
            and one.sample = other.sample
            and one.geography_type = other.geography_type
            and one.geoid = other.geoid
            and kinds.other = other.subgroup
    where one.standard_error > 0 and other.standard_error > 0
    group by all
)
{%- endmacro %}

{# The key of the long table, from a row of `cells`. #}
{% macro survey_key() -%}
cell.geography_type,
    cell.geoid,
    cell.year,
    cell.variable,
    cell.subgroup_type,
    cell.subgroup,
    cell.sample
{%- endmacro %}

{% macro survey_missing_reason(value) -%}
case
        when {{ value }} is not null then null
        when not cell.has_area then 'geography_not_matched'
        else 'sample_too_small'
    end
{%- endmacro %}

{#
  95 % interval of a share, cut to 0 and 1, or of a ratio, which may be above 1 (`most=none`). Where all answers are
  equal the replicates agree, but that is no certainty: no bounds.
#}
{% macro interval_bounds(estimate, standard_error, most=1) -%}
{% set half_width = t_95_full_design() ~ ' * ' ~ standard_error -%}
{% set upper = estimate ~ ' + ' ~ half_width -%}
case when {{ standard_error }} > 0 then greatest({{ estimate }} - {{ half_width }}, 0) end as lower,
    case when {{ standard_error }} > 0 then {{ upper if most is none else 'least(' ~ upper ~ ', ' ~ most ~ ')' }} end as upper
{%- endmacro %}

{# What holds for an area as a whole, from the rows of `survey_areas` (`area`) that are summed for it. #}
{% macro survey_area_facts() -%}
min(area.quality) as quality,
        min(area.pumas) as pumas,
        bool_or(area.is_borrowed) as is_borrowed
{%- endmacro %}

{# Variance of a share relative to a simple random sample of the same effective size. #}
{% macro design_effect(share, standard_error, effective_sample) -%}
pow({{ standard_error }}, 2) / nullif({{ share }} * (1 - {{ share }}) / {{ effective_sample }}, 0)
{%- endmacro %}

{# Source, vintage and tables of a cell. #}
{% macro survey_source_files(tables) -%}
{% for table in tables -%}
'census_acs_pums/' || cell.year || case cell.sample when 'acs1' then '-1yr' else '-5yr' end || '/{{ table }}'{{ " || ';' || " if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# The lowest income limit (1 to 3) that an amount does not exceed, 4 above all or unknown. #}
{% macro income_limit_level(amount, limits) -%}
case
            when {{ amount }} <= {{ limits }}.limit_30 then 1
            when {{ amount }} <= {{ limits }}.limit_50 then 2
            when {{ amount }} <= {{ limits }}.limit_80 then 3
            else 4
        end
{%- endmacro %}
