-- Voters for president per citizen of voting age, counties, 2016 and 2020.
--
--     turnout = votes of all candidates / citizens of voting age of the five years around the election, at most 1
--     quality by the coefficient of variation of the citizens, (margin / 1.645) / citizens: from 0.15 Weak, from 0.05
--     Marginal, else Strong; Weak where there are more votes than citizens
--
-- Alaska counts by House district and has no county value.
with delivered as (
    select
        'county' as geography_type,
        votes.geoid,
        votes.year,
        'share_election_turnout' as variable,
        least(1, votes.votes / cvap.citizens) as value,
        case
            when votes.votes > cvap.citizens then 3
            when cvap.citizens_moe / 1.645 / cvap.citizens >= 0.15 then 3
            when cvap.citizens_moe / 1.645 / cvap.citizens >= 0.05 then 2
            else 1
        end as quality,
        case
            when votes.votes > cvap.citizens then 'more votes than citizens of voting age'
            else 'coefficient of variation of the citizens ' || round(cvap.citizens_moe / 1.645 / cvap.citizens, 3)
        end as quality_reason,
        votes.votes as numerator,
        cvap.citizens as denominator,
        votes.source_file || ';' || cvap.source_file as source_files
    from {{ ref('stg_medsl_county_returns__votes') }} as votes
    inner join {{ ref('stg_cvap__county') }} as cvap
        on
            cvap.vintage = (votes.year - 4) || '-' || votes.year
            and case when votes.geoid = '46113' then '46102' else votes.geoid end = cvap.geoid
    where cvap.citizens > 0
)

{{ on_frame('delivered') }}
