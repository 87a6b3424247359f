-- Votes of the election year of each file, by county. The votes of all candidates and modes are summed. The codes
-- of Alaska are House districts, also where they look like boroughs; Kansas City (36000) votes for itself and lies
-- in Jackson County; the District of Columbia has no code in 2020. What has no code is of no county: write-ins, votes
-- from abroad, Rhode Island's federal precinct.
with coded as (
    select
        year::integer as year,
        case
            when county_fips = '36000' and upper(state) = 'MISSOURI' then '29095'
            when upper(state) = 'DISTRICT OF COLUMBIA' then '11001'
            else lpad(county_fips, 5, '0')
        end as geoid,
        candidatevotes,
        'medsl_county_returns/' || _vintage || '/returns' as source_file
    from {{ source('lake', 'medsl_county_returns__returns') }}
    where year::varchar = _vintage and upper(state) <> 'ALASKA'
)

select
    year,
    geoid,
    sum(candidatevotes)::bigint as votes,
    min(source_file) as source_file
from coded
where geoid is not null and candidatevotes is not null
group by all
