-- The layouts of all years made one. Codes and dollars are as the agency's; the factors that adjust dollars
-- have six implied decimals.
select
    {{ survey_record_place() }},
    coalesce(record."TYPE", record."TYPEHUGQ") = 1 and record."NP" >= 1 as is_household,
    coalesce(record."TYPE", record."TYPEHUGQ") = 1 and record."NP" = 0 as is_vacant,
    record."ADJINC" as income_factor,
    record."ADJHSG" as housing_factor,
    record."HINCP" as household_income,
    record."TEN" as tenure,
    record."VACS" as vacancy,
    record."VALP" as home_value,
    record."RNTP" as rent,
    record."GRNTP" as gross_rent,
    record."SMOCP" as owner_cost,
    record."LAPTOP" as laptop,
    record."TABLET" as tablet,
    record."HISPEED" as wired_internet,
    coalesce(record."ACCESSINET", record."ACCESS") as internet_access,
    record."HHLDRAGEP" as householder_age,
    record."HHLDRHISP" as householder_hispanic_origin,
    record."HHLDRRAC1P" as householder_race,
    {{ survey_weights('WGTP') }}
from {{ source('lake', 'census_acs_pums__housing_units') }} as record
inner join {{ survey_vintages() }} as vintage
    on record._vintage = vintage.vintage
