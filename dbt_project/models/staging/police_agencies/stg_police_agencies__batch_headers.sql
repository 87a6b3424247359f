-- Agencies of the states. The FBI writes NB for Nebraska. A code of a county is three digits of the agency's state.
with headers as (
    select
        header.* exclude (state),
        state.state
    from {{ source('lake', 'police_agencies__batch_headers') }} as header
    inner join {{ ref('states') }} as state
        on case header.state_abbreviation when 'NB' then 'NE' else header.state_abbreviation end = state.abbreviation
)

select
    year::integer as year,
    ori,
    state,
    lower(agency_indicator) as agency_indicator,
    city_name,
    case when lower(core_city) in ('y', 'yes') then true when lower(core_city) in ('n', 'no') then false end as is_core,
    list_distinct(
        [
            state || lpad(code, 3, '0')
            for code in [
                fips_county_code_1, fips_county_code_2, fips_county_code_3, fips_county_code_4, fips_county_code_5
            ]
            if code is not null
        ]
    ) as counties,
    case when fips_county_code_1 is not null then state || lpad(fips_county_code_1, 3, '0') end as first_county,
    'police_agencies/' || _vintage || '/batch_headers' as source_file
from headers
