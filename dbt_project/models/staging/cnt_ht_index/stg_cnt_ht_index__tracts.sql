-- Whole percents become shares. Tracts are those of 2010 in the editions before 2022, those of 2020 since.
select
    _vintage::integer as year,
    tract as tract_geoid,
    households,
    pct_transit_commuters_80ami / 100 as transit_share,
    t_80ami / 100 as cost_share,
    'cnt_ht_index/' || _vintage || '/tracts' as source_file
from {{ source('lake', 'cnt_ht_index__tracts') }}
