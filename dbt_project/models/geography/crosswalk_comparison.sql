-- Our PUMA crosswalks against Urban's processed ones, measure by measure. Factors agree within the rounding of
-- Urban's four decimals, all else exactly; what does not agree must be claimed by a row of crosswalk_defects.
-- The measures of the flag as published prove the recipe: from Geocorr's own factors it gives Urban's flags.
{% set flag = 'geographic_allocation_quality' %}
{% set measures = [
    ('population', 'ours.population', 'urban.population', 1e-9),
    ('afact', 'ours.afact', 'urban.afact', 5.1e-5),
    ('afact2', 'ours.afact2', 'urban.afact2', 5.1e-5),
    ('published_sum_products', 'ours.delivered_sum_products', 'urban.sum_products', 1e-12),
    ('published_' ~ flag, 'ours.published_' ~ flag, 'urban.' ~ flag, 0),
    (flag, 'ours.' ~ flag, 'urban.' ~ flag, 0),
] %}
{% set of_target = ['published_sum_products', 'published_' ~ flag, flag] %}
with ours as (
    select 'county' as geography_type, * exclude (basis) from {{ ref('crosswalk_puma_county') }}
    union all
    select 'place' as geography_type, * from {{ ref('crosswalk_puma_place') }}
),

urban as (
    select 'county' as geography_type, * from {{ ref('stg_urban_crosswalks__puma_to_county') }}
    union all
    select 'place' as geography_type, * from {{ ref('stg_urban_crosswalks__puma_to_place') }}
),

compared as (
    select
        geography_type,
        crosswalk_period,
        geoid,
        puma,
        unnest(
            case
                when urban.geoid is null
                    then [{'measure': 'only_here', 'ours': ours.population, 'urban': null, 'agrees': false}]
                when ours.geoid is null
                    then [{'measure': 'only_in_urban', 'ours': null, 'urban': urban.population, 'agrees': false}]
                else [
                    {%- for measure, one, other, tolerance in measures %}
                    {
                        'measure': '{{ measure }}', 'ours': {{ one }}::double, 'urban': {{ other }}::double,
                        'agrees': abs({{ one }} - {{ other }}) <= {{ tolerance }}
                    }{{ ',' if not loop.last }}
                    {%- endfor %}
                ]
            end,
            recursive := true
        )
    from ours
    full join urban using (geography_type, crosswalk_period, geoid, puma)
),

-- Measures of a county or place stand on each of its rows; one is enough.
by_key as (
    select
        geography_type,
        crosswalk_period,
        geoid,
        case
            when measure in ('{{ of_target | join("', '") }}') then ''
            else puma
        end as target_puma,
        measure,
        min(ours) as ours,
        min(urban) as urban,
        bool_and(agrees) as agrees
    from compared
    group by all
),

claims as (
    select
        by_key.geography_type,
        by_key.crosswalk_period,
        by_key.geoid,
        by_key.target_puma,
        by_key.measure,
        string_agg(defect.defect_id, ';' order by defect.defect_id) as defect_ids
    from by_key
    inner join {{ ref('crosswalk_defects') }} as defect
        on
            by_key.geography_type = defect.geography_type
            and coalesce(defect.crosswalk_period, by_key.crosswalk_period) = by_key.crosswalk_period
            and coalesce(defect.state, substr(by_key.geoid, 1, 2)) = substr(by_key.geoid, 1, 2)
            and (defect.geoids is null or list_contains(string_split(defect.geoids, ';'), by_key.geoid))
            and list_contains(string_split(defect.measures, ';'), by_key.measure)
    where
        not by_key.agrees
        and defect.kind = 'corrected'
    group by all
)

select
    by_key.geography_type,
    by_key.crosswalk_period,
    by_key.geoid,
    by_key.target_puma as puma,
    by_key.measure,
    by_key.ours,
    by_key.urban,
    by_key.agrees,
    coalesce(claims.defect_ids, '') as defect_ids
from by_key
left join claims using (geography_type, crosswalk_period, geoid, target_puma, measure)
order by by_key.geography_type, by_key.crosswalk_period, by_key.geoid, by_key.target_puma, by_key.measure
