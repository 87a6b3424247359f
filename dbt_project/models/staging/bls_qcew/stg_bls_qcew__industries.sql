-- Weekly wages of counties by class of industries, as the metric sorts them: the simple mean of the wages of a class's
-- rows (three owners of the public administration, two classes of the professional services), the sum of their
-- establishments; undisclosed if one row is. A wage of 0 is undisclosed too: nobody works for nothing.
--
-- The agency's own files come before Urban's extracts of them, of which one year has one only.
with agency as (
    select
        _vintage::integer as year,
        "Area Type" as area_type,
        "St" || "Cnty" as geoid,
        "Own" as own,
        "NAICS" as naics,
        "Annual Average Weekly Wage" as wage,
        "Annual Average Establishment Count" as establishments,
        "Annual Average Status Code" as mark,
        1 as choice,
        'bls_qcew/' || _vintage || '/high_level' as source_file
    from {{ source('lake', 'bls_qcew__high_level') }}
    union all
    select
        _vintage::integer as year,
        'County' as area_type,
        "area_fips" as geoid,
        "own_code" as own,
        "industry_code" as naics,
        "annual_avg_wkly_wage" as wage,
        "annual_avg_estabs_count" as establishments,
        "disclosure_code" as mark,
        2 as choice,
        'bls_qcew/' || _vintage || '/annual_averages' as source_file
    from {{ source('lake', 'bls_qcew__annual_averages') }}
),

sorted as (
    select
        *,
        case
            when own = '0' and naics = '10' then 'All'
            when own in ('1', '2', '3') and naics = '10' then 'Public Administration'
            when own = '5' then case naics
                when '101' then 'Goods Producing'
                when '1021' then 'Trade, Transit, Utilities'
                when '1022' then 'Information Services'
                when '1023' then 'Professional Services'
                when '1024' then 'Professional Services'
                when '1025' then 'Education and Health'
                when '1026' then 'Leisure and Other'
                when '1027' then 'Leisure and Other'
            end
        end as industry
    from agency
    where area_type = 'County'
),

classes as (
    select
        year,
        geoid,
        industry,
        choice,
        avg(wage) as weekly_wage,
        sum(establishments)::bigint as establishments,
        bool_or(mark is not distinct from 'N' or wage = 0) as is_undisclosed,
        min(source_file) as source_file
    from sorted
    where industry is not null
    group by all
    union all
    select
        _vintage::integer as year,
        "state" || "county" as geoid,
        'All' as industry,
        3 as choice,
        "annualaverageweeklywage" as weekly_wage,
        "annualaverageestablishmentcount" as establishments,
        "annualaverageweeklywage" = 0 as is_undisclosed,
        'bls_qcew/' || _vintage || '/urban_totals' as source_file
    from {{ source('lake', 'bls_qcew__urban_totals') }}
    union all
    select
        _vintage::integer as year,
        "state" || "county" as geoid,
        [
            'All', 'Goods Producing', 'Public Administration', 'Trade, Transit, Utilities', 'Information Services',
            'Professional Services', 'Education and Health', 'Leisure and Other'
        ]["industry_type"::integer] as industry,
        4 as choice,
        "avgwkwage" as weekly_wage,
        "avgestct"::bigint as establishments,
        "statuscode" = '1' or "avgwkwage" = 0 as is_undisclosed,
        'bls_qcew/' || _vintage || '/urban_industries' as source_file
    from {{ source('lake', 'bls_qcew__urban_industries') }}
)

select
    year,
    geoid,
    industry,
    case when not is_undisclosed then weekly_wage end as weekly_wage,
    establishments,
    is_undisclosed,
    source_file
from classes
where geoid not like '%000' and geoid not like '%999'
-- One form a year and kind: all counties of a series come from the same one.
qualify choice = min(choice) over (partition by year, industry)
