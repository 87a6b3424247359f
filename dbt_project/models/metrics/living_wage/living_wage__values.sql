-- Average weekly wage at the place of work, relative to the living wage of one adult with two children.
--
--     ratio = weekly wage / (40 x hourly living wage x CPI-U of the year / CPI-U of the wage's vintage)
--     quality by establishments: 1 from 30 on, else 3
--
-- Annual means of the price index. The living wage of the year's county; counties that were only recoded have it
-- under their other code. The wage itself is no component: its source's terms were not examined.
with wages as (
    select
        years.year,
        wage.geoid,
        wage.hourly_wage * this_year.cpi_u / its_year.cpi_u as hourly_wage,
        wage.source_file
    from {{ ref('living_wage_vintages') }} as years
    inner join {{ ref('stg_mit_living_wage__wages') }} as wage using (vintage)
    inner join {{ ref('consumer_prices') }} as this_year using (year)
    inner join {{ ref('consumer_prices') }} as its_year on years.vintage = its_year.year
),

ratios as (
    select
        pay.*,
        coalesce(wage.hourly_wage, recoded.hourly_wage) as hourly_wage,
        coalesce(wage.source_file, recoded.source_file) as wage_file
    from {{ ref('stg_bls_qcew__industries') }} as pay
    left join wages as wage using (year, geoid)
    left join (
        select
            wages.year,
            wages.hourly_wage,
            wages.source_file,
            change.old_geoid as geoid
        from wages
        inner join {{ ref('geography_changes') }} as change
            on change.change = 'recoded' and wages.geoid = change.new_geoid
    ) as recoded using (year, geoid)
    -- Of a year without living wages nothing can be said.
    where pay.year in (select year from wages)
),

delivered as (
    select
        'county' as geography_type,
        geoid,
        year,
        'ratio_living_wage' as variable,
        unnest(case when industry = 'All' then ['all', 'industry'] else ['industry'] end) as subgroup_type,
        industry as subgroup,
        weekly_wage / (40 * hourly_wage) as value,
        case when value is not null then case when establishments >= 30 then 1 else 3 end end as quality,
        case when value is not null then establishments || ' establishments' end as quality_reason,
        case
            when value is not null then null
            when is_undisclosed then 'suppressed_by_source'
            else 'no_source_data'
        end as missing_reason,
        source_file || coalesce(';' || wage_file, '') as source_files
    from ratios
)

{{ on_frame('delivered') }}
