-- The three hazards of a tract; summaries of counties, states and the nation, and territories, are left out. Numbers of
-- the assessment may have any number of digits: ten decimals, so that sums are the same in any order.
select
    cancer._vintage::integer as year,
    cancer."Tract" as tract_geoid,
    cancer."Total Cancer Risk (per million)"::decimal(18, 10) as cancer,
    respiratory."Total Respiratory (hazard quotient)"::decimal(18, 10) as respiratory,
    neurological."Total Neurological (hazard quotient)"::decimal(18, 10) as neurological,
    'epa_air_toxics/' || cancer._vintage || '/cancer;epa_air_toxics/' || cancer._vintage || '/respiratory;epa_air_toxics/'
    || cancer._vintage || '/neurological' as source_files
from {{ source('lake', 'epa_air_toxics__cancer') }} as cancer
inner join {{ source('lake', 'epa_air_toxics__respiratory') }} as respiratory using (_vintage, "Tract")
inner join {{ source('lake', 'epa_air_toxics__neurological') }} as neurological using (_vintage, "Tract")
where
    substr(cancer."Tract", 6) <> '000000'
    and substr(cancer."Tract", 1, 2) not in ('60', '66', '69', '72', '78')
