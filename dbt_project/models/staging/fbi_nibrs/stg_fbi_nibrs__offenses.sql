-- Offenses of each agency that sent any, by what they are against.
select
    offenses._vintage::integer as year,
    offenses.ori,
    state.state,
    sum(offenses.offenses)::bigint as offenses,
    coalesce(sum(offenses.offenses) filter (where kind.kind = 'person'), 0)::bigint as violent,
    coalesce(sum(offenses.offenses) filter (where kind.kind = 'property'), 0)::bigint as property,
    'fbi_nibrs/' || min(offenses._vintage) || '/offenses' as source_file
from {{ source('lake', 'fbi_nibrs__offenses') }} as offenses
inner join {{ ref('states') }} as state on upper(offenses._partition) = state.abbreviation
left join {{ ref('nibrs_offenses') }} as kind using (offense_code)
group by all
