-- A PUMA of the records that the crosswalk of its year does not know: its people would vanish from every area.
-- One row per PUMA, with the number of records that would be lost; their sum is what the failure tells.
{{ config(fail_calc="coalesce(sum(records_lost), 0)::bigint") }}
with found as (
    select year, sample, state, puma, sum(records) as records from {{ ref('survey_person_sums') }}
    group by all
    union all
    select
        unit.year,
        unit.sample,
        unit.state,
        unit.puma,
        count(*) as records
    from {{ ref('stg_census_acs_pums__housing_units') }} as unit
    inner join {{ ref('geography_vintages') }} as vintage using (year, puma_vintage)
    where unit.is_household or unit.is_vacant
    group by all
)

select
    found.year,
    found.sample,
    found.state,
    found.puma,
    max(found.records) as records_lost
from found
anti join {{ ref('survey_areas') }} as known using (year, state, puma)
group by all
