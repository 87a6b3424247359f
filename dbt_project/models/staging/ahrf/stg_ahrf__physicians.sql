-- Primary care physicians by county and year: a column a year in the files. Years to 2020 are those of the release of
-- 2021-2022, which has all of them; 2021 is that of the next.
with old_names as (
    unpivot (
        select
            "f00011" || "f00012" as geoid,
            _vintage as vintage,
            "f1467514", "f1467515", "f1467516", "f1467517", "f1467518", "f1467519", "f1467520"
        from {{ source('lake', 'ahrf__county') }}
        where "f00011" is not null
    )
    on columns('^f14675[0-9]+$')
    into name field value physicians
)

select
    geoid,
    2000 + right(field, 2)::integer as year,
    physicians,
    'ahrf/' || vintage || '/county' as source_file
from old_names
union all
select
    "fips_st" || "fips_cnty" as geoid,
    2021 as year,
    "phys_nf_prim_care_pc_exc_rsdt_21" as physicians,
    'ahrf/' || _vintage || '/county' as source_file
from {{ source('lake', 'ahrf__county') }}
where "fips_st" is not null
