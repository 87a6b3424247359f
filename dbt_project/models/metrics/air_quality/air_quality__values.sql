-- How clean the air of the tracts is where people live: the percentile rank of the tract among all tracts of the country
-- (0 to 100, higher is cleaner), averaged over residents.
--
--     z = (x - mean) / sample standard deviation of respiratory, cancer and neurological hazard over all tracts of the year
--     index of a tract = 100 x percent rank of -(sum of z), ties share the lowest rank, rounded (halves to even)
--     value = mean of the indices weighted by residents (places: by those within them), rounded (halves to even)
--     quality: 2 where tracts without an index hold 5 % of the residents or more, else 1
--
-- Groups are kinds of tracts: high poverty from 40 % poor on; of color or white from 60 % of the residents on. EPA has some tracts under old codes (seed
-- tract_recodes); those of the Census Bureau's tables of the year are brought under the same. Residents are the weights
-- of groups too, not the poor or the people of color.
{%- set hazards = ['respiratory', 'cancer', 'neurological'] %}
with hazards as (
    select
        * exclude (tract_geoid),
        coalesce(recode.new_tract, tract_geoid) as tract_geoid
    from {{ ref('stg_epa_air_toxics__tracts') }} as tract
    left join {{ ref('tract_recodes') }} as recode on tract.tract_geoid = recode.old_tract
),

-- Sums of decimals: no order of the rows changes a rank.
means as (
    select
        year,
        {%- for hazard in hazards %}
        sum({{ hazard }})::double / count(*) as mean_{{ hazard }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hazards
    group by all
),

scales as (
    select
        year,
        {%- for hazard in hazards %}
        min(mean_{{ hazard }}) as mean_{{ hazard }},
        sqrt(
            sum((({{ hazard }} - mean_{{ hazard }}) * ({{ hazard }} - mean_{{ hazard }}))::decimal(38, 18))::double
            / (count(*) - 1)
        ) as deviation_{{ hazard }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hazards
    inner join means using (year)
    group by all
),

scored as (
    select
        hazards.year,
        hazards.tract_geoid,
        hazards.source_files,
        -(
            (hazards.respiratory - scales.mean_respiratory) / nullif(scales.deviation_respiratory, 0)
            + (hazards.cancer - scales.mean_cancer) / nullif(scales.deviation_cancer, 0)
            + (hazards.neurological - scales.mean_neurological) / nullif(scales.deviation_neurological, 0)
        ) as cleanness
    from hazards
    inner join scales using (year)
),

indices as (
    select
        year,
        tract_geoid,
        source_files,
        round_even(100 * percent_rank() over (partition by year order by cleanness), 0) as index_of_tract
    from scored
    where cleanness is not null
),

residents as (
    select
        residents.year,
        residents.geoid as tract_geoid,
        coalesce(recode.new_tract, residents.geoid) as assessed_tract,
        residents.people,
        case
            when residents.people = 0 then null
            when (residents.people - residents.white) / residents.people >= 0.6 then 'Neighborhoods of color'
            when (residents.people - residents.white) / residents.people > 0.4 then 'Mixed neighborhoods'
            when residents.people > 0 then 'White neighborhoods'
        end as kind,
        case
            when poverty.poor / nullif(poverty.universe, 0) >= 0.4 then 'High-Poverty'
            when poverty.universe > 0 then 'Not High-Poverty'
        end as poverty,
        concat_ws(';', residents.source_file, poverty.source_file) as people_files
    from {{ ref('stg_census_acs_tables__residents') }} as residents
    inner join {{ ref('stg_census_acs_tables__tract_poverty') }} as poverty using (year, geoid)
    left join {{ ref('tract_recodes') }} as recode on residents.geoid = recode.old_tract
    where residents.level = 'tract'
),

tracts as (
    select
        residents.*,
        indices.index_of_tract,
        indices.source_files
    from residents
    left join indices
        on
            residents.year = indices.year
            and residents.assessed_tract = indices.tract_geoid
    where residents.year in (select hazard.year from hazards as hazard)
),

areas as (
    select
        area.geography_type,
        area.geoid,
        area.afact::decimal(5, 4) as afact,
        tracts.* replace (concat_ws(';', tracts.people_files, area.crosswalk_file) as people_files)
    from {{ tract_areas('tracts', county='left(assessed_tract, 5)') }} as area
    inner join tracts using (year, tract_geoid)
),

groups as (
    select
        geography_type,
        geoid,
        year,
        people * afact as people,
        index_of_tract::integer as index_of_tract,
        concat_ws(';', source_files, people_files) as files,
        unnest(
            [('all', 'All'), ('race-share', 'All'), ('income', 'All')]
            || case when kind is not null then [('race-share', kind)] else [] end
            || case when poverty is not null then [('income', poverty)] else [] end
        ) as subgroup_of
    from areas
),

sums as (
    select
        geography_type,
        geoid,
        year,
        subgroup_of[1] as subgroup_type,
        subgroup_of[2] as subgroup,
        count(*) as tracts,
        sum(people)::double as people,
        (sum(people) filter (where index_of_tract is not null))::double as indexed_people,
        sum(people * index_of_tract)::double as weighted,
        max(files) as files
    from groups
    group by all
),

-- An area that has tracts has a row for each kind; without one of the kind it is not in the universe.
delivered as (
    select
        area.geography_type,
        area.geoid,
        area.year,
        label.subgroup_type,
        label.subgroup,
        'index_air_hazard' as variable,
        case when sums.indexed_people > 0 then round_even(sums.weighted / sums.indexed_people, 0) end as value,
        case
            when value is null then null
            when sums.people - sums.indexed_people >= 0.05 * sums.people then 2
            else 1
        end as quality,
        case
            when value is not null
                then round(100 * (1 - sums.indexed_people / sums.people), 1) || ' % of the residents live in tracts without an index'
        end as quality_reason,
        case
            when value is not null then null
            when area.indexed_people > 0 and coalesce(sums.people, 0) = 0 then 'not_in_universe'
            else 'no_source_data'
        end as missing_reason,
        sums.weighted as numerator,
        sums.indexed_people as denominator,
        sums.tracts as crosswalk_rows,
        coalesce(sums.files, area.files) as source_files
    from sums as area
    inner join {{ ref('metric_subgroups') }} as label on label.metric = 'air_quality'
    left join sums
        on
            area.geography_type = sums.geography_type
            and area.geoid = sums.geoid
            and area.year = sums.year
            and label.subgroup_type = sums.subgroup_type
            and label.subgroup = sums.subgroup
    where area.subgroup_type = 'all'
    union all by name
    {{ places_without_tracts('air_quality', ref('stg_epa_air_toxics__tracts')) }}
)

{{ on_frame('delivered') }}
