-- The eighteen publications: what is released, what is not, and why.
select
    publication.publication,
    publication.table_name,
    publication.stem,
    publication.geography_type,
    publication.subgroup_type,
    publication.title,
    case when count(*) filter (where series.status = 'available') > 0 then 'available' else 'unavailable' end as status,
    case
        when count(*) filter (where series.status = 'available') = 0
            then string_agg(distinct series.status_reason, '; ' order by series.status_reason)
    end as status_reason,
    count(*) as series,
    count(*) filter (where series.status = 'unavailable') as series_unavailable
from {{ ref('publication_list') }} as publication
inner join {{ ref('series_status') }} as series using (publication)
group by all
