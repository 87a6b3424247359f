-- Commuting by transit, and transportation cost as a share of income, of a household with 80 % of the regional median
-- income, as CNT models them for each tract: means weighted by CNT's households (places: those within them).
--
--     quality, the worst of
--       housing units (the published rule calls them households): standard error / estimate below 0.08: 1, 0.15: 2
--       median income of the area: below 0.1: 1, 0.3: 2; 3 without an estimate or margin
--       places: 1 where tracts of which more than half lies in the place hold half of the households, else 2
--
-- A tract is of color or white where 60 % or more of its residents are (white: and not Hispanic), else mixed. Tracts
-- without residents do not count, but in the overall series of places, as published. An area of whose households
-- fewer than 95 % live in tracts that the Census Bureau's tables know has no
-- value: a table is missing, or is of another decade than the file.
with tracts as (
    select
        ht.*,
        residents.geoid is not null and housing.geoid is not null as is_known,
        residents.people,
        housing.housing_units,
        housing.housing_units_margin,
        concat_ws(';', ht.source_file, residents.source_file, housing.source_file) as source_files,
        case
            when residents.people = 0 then 'No population'
            when residents.white / residents.people >= 0.6 then 'White neighborhoods'
            when (residents.people - residents.white) / residents.people >= 0.6 then 'Neighborhoods of color'
            when residents.people > 0 then 'Mixed neighborhoods'
        end as kind
    from {{ ref('stg_cnt_ht_index__tracts') }} as ht
    left join {{ ref('stg_census_acs_tables__residents') }} as residents
        on
            residents.level = 'tract'
            and ht.year = residents.year
            and ht.tract_geoid = residents.geoid
    left join {{ ref('stg_census_acs_tables__housing_units') }} as housing
        on
            ht.year = housing.year
            and ht.tract_geoid = housing.geoid
    where ht.households > 0
),

areas as (
    select
        area.geography_type,
        area.geoid,
        area.afact::decimal(5, 4) as afact,
        tracts.* replace (concat_ws(';', tracts.source_files, area.crosswalk_file) as source_files)
    from {{ tract_areas('tracts') }} as area
    inner join tracts using (year, tract_geoid)
),

groups as (
    select
        * exclude (transit_share, cost_share, housing_units_margin),
        -- Decimals, so that no order of the rows changes a digit of a sum.
        (households::decimal(12, 2) * afact)::decimal(17, 6) as weight,
        transit_share::decimal(7, 4) as transit_share,
        cost_share::decimal(7, 4) as cost_share,
        case when is_known then housing_units_margin else 0 end as housing_units_margin,
        unnest(case
            when not is_known then [('all', 'All')]
            when people = 0 and geography_type = 'county' then []
            when people = 0 then [('all', 'All')]
            else [('all', 'All'), ('race-share', 'All'), ('race-share', kind)]
        end) as subgroup_of
    from areas
),

sums as (
    select
        geography_type,
        geoid,
        year,
        subgroup_of[1] as subgroup_type,
        subgroup_of[2] as subgroup,
        count(*) filter (where is_known) as tracts,
        sum(weight)::double as all_households,
        (sum(weight) filter (where is_known))::double as households,
        (sum(weight) filter (where is_known and afact > 0.5))::double as households_of_close_tracts,
        (sum(weight * transit_share) filter (where is_known))::double as transit,
        (sum(weight) filter (where is_known and transit_share is not null))::double as transit_households,
        (sum(weight * cost_share) filter (where is_known))::double as cost,
        (sum(weight) filter (where is_known and cost_share is not null))::double as cost_households,
        sum(housing_units * afact)::double as housing_units,
        {{ margin_of_total('housing_units_margin', 'afact') }} / 1.644854 as housing_units_se,
        min(source_files) filter (where is_known) as source_files
    from groups
    group by all
),

-- An area that has tracts has a row for each kind; without one of the kind it is not in the universe.
labelled as (
    select
        area.geography_type,
        area.geoid,
        area.year,
        label.subgroup_type,
        label.subgroup,
        coalesce(area.households >= 0.95 * area.all_households, false)
        and (area.geography_type, area.year) in (
            select (given.level, given.year) from {{ ref('stg_census_acs_tables__median_incomes') }} as given
        ) as is_covered,
        sums.* exclude (geography_type, geoid, year, subgroup_type, subgroup),
        income.median_income_margin / 1.644854 / nullif(income.median_income, 0) as income_variation,
        income.source_file as income_file
    from sums as area
    inner join {{ ref('metric_subgroups') }} as label on label.metric = 'transportation'
    left join sums
        on
            area.geography_type = sums.geography_type
            and area.geoid = sums.geoid
            and area.year = sums.year
            and label.subgroup_type = sums.subgroup_type
            and label.subgroup = sums.subgroup
    left join {{ ref('stg_census_acs_tables__median_incomes') }} as income
        on
            area.geography_type = income.level
            and area.geoid = income.geoid
            and area.year = income.year
    where area.subgroup_type = 'all'
),

judged as (
    select
        * exclude (transit, transit_households, cost, cost_households),
        unnest(['share_transit_commuter', 'share_transportation_cost']) as variable,
        unnest([transit, cost]) as numerator,
        unnest([transit_households, cost_households]) as denominator,
        housing_units_se / nullif(housing_units, 0) as unit_variation,
        case
            when unit_variation < 0.08 then 1
            when unit_variation < 0.15 then 2
            else 3
        end as q_units,
        case
            when income_variation < 0.1 then 1
            when income_variation < 0.3 then 2
            else 3
        end as q_income,
        case
            when geography_type = 'county' or coalesce(households_of_close_tracts, 0) >= 0.5 * households then 1
            else 2
        end as q_match,
        coalesce(is_covered and denominator > 0, false) as has_value
    from labelled
),

delivered as (
    select
        geography_type,
        geoid,
        year,
        variable,
        subgroup_type,
        subgroup,
        case when has_value then numerator / denominator end as value,
        case when has_value then greatest(q_units, q_income, q_match) end as quality,
        case
            when not has_value then null
            when q_match > 1 and q_match >= greatest(q_units, q_income) then 'most households live in tracts that reach beyond the place'
            when q_income >= q_units
                then 'coefficient of variation of median income ' || coalesce(round(income_variation, 3)::varchar, 'unknown')
            else 'coefficient of variation of housing units ' || coalesce(round(unit_variation, 3)::varchar, 'unknown')
        end as quality_reason,
        case when is_covered then 'not_in_universe' else 'no_source_data' end as missing_reason,
        numerator,
        denominator,
        tracts as crosswalk_rows,
        concat_ws(';', source_files, income_file) as source_files
    from judged
    union all by name
    {{ places_without_tracts('transportation', ref('stg_cnt_ht_index__tracts')) }}
)

{{ on_frame('delivered') }}
