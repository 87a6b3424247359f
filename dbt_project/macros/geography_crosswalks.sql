{# How well PUMAs fit an area: 1 strong, 2 marginal, 3 weak; the limits are Urban's. #}
{% macro geographic_allocation_quality(sum_of_products) -%}
case when {{ sum_of_products }} >= 0.75 then 1 when {{ sum_of_products }} >= 0.35 then 2 else 3 end::smallint
{%- endmacro %}

{#
  One row per crosswalk_period with its first and last year and the census whose populations weigh the
  PUMA crosswalks, as a subquery.
#}
{% macro crosswalk_periods() -%}
(
    select
        crosswalk_period,
        min(puma_census_year) as census_year,
        min(year) as first_year,
        max(year) as last_year
    from {{ ref('geography_vintages') }}
    group by crosswalk_period
)
{%- endmacro %}

{#
  Carries rows of areas that ended (recoded or split) forward to the codes that follow them, so that a
  crosswalk of old areas serves later years too. `intersections` has census_year, county_geoid, population,
  delivered_afact and delivered_afact2; parts of a split area share its people as the census of 2020
  counted them in `stg_geocorr__puma_to_county`, as Urban does for Valdez-Cordova.
#}
{% macro with_successor_counties(intersections) -%}
(
    with people as (
        select
            geoid,
            sum(population) as population,
            sum(delivered_afact::decimal(38, 18))::double as delivered_afact
        from {{ ref('stg_geocorr__puma_to_county') }}
        where census_year = 2020
        group by geoid
    ),

    successors as (
        select
            change.old_geoid,
            change.new_geoid,
            case
                when change.change = 'split'
                    then people.population / sum(people.population) over (partition by change.old_geoid)
                else 1
            end as share,
            case
                when change.change = 'split'
                    then people.delivered_afact
                        / sum(people.delivered_afact::decimal(38, 18)) over (partition by change.old_geoid)::double
                else 1
            end as delivered_share
        from {{ ref('geography_changes') }} as change
        left join people
            on change.new_geoid = people.geoid
        where
            change.geography_type = 'county'
            and change.change in ('recoded', 'split')
    )

    select
        *,
        'export' as basis
    from {{ intersections }}
    union all
    select
        intersections.* replace (
            successors.new_geoid as county_geoid,
            intersections.population * successors.share as population,
            intersections.delivered_afact * successors.delivered_share as delivered_afact
        ),
        'carried_forward' as basis
    from {{ intersections }} as intersections
    inner join successors
        on intersections.county_geoid = successors.old_geoid
)
{%- endmacro %}

{#
  Rows of a crosswalk with the sum of products of its area and the quality that follows from it, once from
  our factors and once from those delivered, as a subquery. `shares` has crosswalk_period, geoid and both pairs
  of factors. Sums of decimals, because sums of floating numbers depend on the order in which threads meet them.
#}
{% macro with_allocation_quality(shares) -%}
(
    select
        *,
        {{ geographic_allocation_quality('sum_products') }} as geographic_allocation_quality,
        {{ geographic_allocation_quality('delivered_sum_products') }} as published_geographic_allocation_quality
    from (
        select
            *,
            sum((afact * afact2)::decimal(38, 18)) over (partition by crosswalk_period, geoid)::double as sum_products,
            sum((delivered_afact * delivered_afact2)::decimal(38, 18))
                over (partition by crosswalk_period, geoid)::double as delivered_sum_products
        from {{ shares }}
    )
)
{%- endmacro %}
