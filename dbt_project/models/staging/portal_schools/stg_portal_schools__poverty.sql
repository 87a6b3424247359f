with given as (
    {{ either_way('poverty') }}
)

select
    year::integer as year,
    ncessch,
    meps_poverty_pct,
    source_file
from given
