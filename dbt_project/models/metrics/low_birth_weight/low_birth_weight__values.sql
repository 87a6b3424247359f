-- Share of births below 2,500 grams among births of known weight, by mother's county.
--
--     share = low-weight births / births; none where there are fewer than 30 births
--     bounds = share -/+ 1.96 x sqrt(share x (1 - share) / births)
--
-- The agency names counties of 100,000 people and more. All others of a state have the share of them together, with its
-- bounds and quality 3. Where no birth weighs little there are no bounds: the formula gives a width of nothing.
with births as (
    select * from {{ ref('stg_cdc_wonder__births') }}
),

pools as (
    select
        *,
        substr(geoid, 1, 2) as state
    from births
    where geoid like '__999'
),

named as (
    select
        *,
        substr(geoid, 1, 2) as state
    from births
    where geoid not like '__999' and not is_unnamed
),

-- Counties of the frame, in the states and years that the exports have. Connecticut's old counties are in the exports
-- of all years: its regions are not in a pool, they are not matched.
counties as (
    select
        frame.geoid,
        frame.year,
        frame.state,
        count(*) over (partition by frame.year, frame.state) as counties_of_state
    from {{ ref('geography_years') }} as frame
    where
        frame.geography_type = 'county'
        and (frame.year, frame.state) in (
            select (year, state) from named
            union
            select (year, state) from pools
        )
        and frame.geoid not in (
            select new_geoid from {{ ref('geography_changes') }}
            where change = 'redrawn' and first_year <= frame.year
        )
),

in_pools as (
    select
        counties.*,
        pools.subgroup_type,
        pools.subgroup,
        count(*) over (partition by counties.year, counties.state, pools.subgroup_type, pools.subgroup) as unnamed_counties
    from counties
    inner join pools using (year, state)
    left join named
        on
            counties.geoid = named.geoid
            and counties.year = named.year
            and pools.subgroup_type = named.subgroup_type
            and pools.subgroup = named.subgroup
    where named.geoid is null
),

counted as (
    select
        named.geoid,
        named.year,
        named.subgroup_type,
        named.subgroup,
        named.births,
        named.low_weight_births,
        named.is_suppressed,
        false as is_pooled,
        counties.counties_of_state,
        coalesce(others.unnamed_counties, 0) as unnamed_counties,
        named.source_files
    from named
    left join counties using (geoid, year)
    left join (
        select distinct year, state, subgroup_type, subgroup, unnamed_counties from in_pools
    ) as others
        on
            named.year = others.year
            and named.state = others.state
            and named.subgroup_type = others.subgroup_type
            and named.subgroup = others.subgroup
    union all by name
    select
        in_pools.geoid,
        in_pools.year,
        in_pools.subgroup_type,
        in_pools.subgroup,
        pools.births,
        pools.low_weight_births,
        pools.is_suppressed,
        true as is_pooled,
        in_pools.counties_of_state,
        in_pools.unnamed_counties,
        pools.source_files
    from in_pools
    inner join pools using (year, state, subgroup_type, subgroup)
),

shares as (
    select
        *,
        case when births >= 30 and not is_suppressed then low_weight_births / births end as share,
        share > 0 and share < 1 as has_bounds
    from counted
),

delivered as (
    select
        'county' as geography_type,
        geoid,
        year,
        'share_low_birth_weight' as variable,
        unnest(
            case when subgroup_type = 'all' then ['all', 'race-ethnicity', 'mothers-education'] else [subgroup_type] end
        ) as subgroup_type,
        subgroup,
        share as value,
        case when has_bounds then share - 1.96 * sqrt(share * (1 - share) / births) end as lower,
        case when has_bounds then share + 1.96 * sqrt(share * (1 - share) / births) end as upper,
        case
            when share is null then null
            when is_pooled or births < 100 then 3
            when births < 200 or unnamed_counties between 1 and 4 then 2
            when counties_of_state <= 15 and unnamed_counties > 0 and unnamed_counties / counties_of_state < 0.5 then 2
            else 1
        end as quality,
        case
            when share is null then null
            when is_pooled then 'the share of all counties of the state that the agency does not name'
            when births < 200 then 'few births'
            when unnamed_counties between 1 and 4 then 'one of few counties that the agency does not name would be recognized'
            else 'births, and counties of the state that the agency does not name'
        end as quality_reason,
        case
            when share is not null then null
            when is_suppressed then 'suppressed_by_source'
            when births is not null then 'suppressed_by_rule'
            else 'no_source_data'
        end as missing_reason,
        low_weight_births as numerator,
        births as denominator,
        source_files
    from shares
)

{{ on_frame('delivered') }}
