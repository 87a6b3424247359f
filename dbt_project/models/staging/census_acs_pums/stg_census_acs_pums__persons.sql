-- The layouts of all years made one: which column holds state, PUMA and position in the household changed
-- over the years. Codes are as the agency's.
select
    {{ survey_record_place() }},
    coalesce(record."RELP" = 0, record."RELSHIPP" = 20) as is_reference_person,
    coalesce(record."RELP" not in (16, 17), record."RELSHIPP" not in (37, 38)) as is_in_household,
    record."AGEP" as age,
    record."SEX" as sex,
    record."HISP" as hispanic_origin,
    record."RAC1P" as race,
    record."ESR" as employment_status,
    record."SCHG" as grade_attending,
    record."SCHL" as schooling,
    coalesce(
        1 in (record."DDRS", record."DEAR", record."DEYE", record."DOUT", record."DPHY", record."DREM"), false
    ) as has_disability,
    {{ survey_weights('PWGTP') }}
from {{ source('lake', 'census_acs_pums__persons') }} as record
inner join {{ survey_vintages() }} as vintage
    on record._vintage = vintage.vintage
