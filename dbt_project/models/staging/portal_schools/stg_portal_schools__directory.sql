-- A negative code is no answer. Codes of counties come as text with or without zeros, or as numbers.
with given as (
    {{ either_way('directory') }}
)

select
    year::integer as year,
    ncessch,
    school_name,
    case when county_code not like '-%' then lpad(county_code, 5, '0') end as county_geoid,
    case when city_location not similar to '-[0-9]+' then city_location end as city_location,
    case when enrollment >= 0 then enrollment end as enrollment,
    source_file
from given
