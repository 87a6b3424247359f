-- Every published variable stands once in the framework of 2025, under the predictor that `variables` says.
with listed as (
    select predictor, unnest(string_split(variables, ';')) as published_name
    from {{ ref('framework') }}
    where version = 2025 and variables <> ''
),

ours as (
    select distinct coalesce(nullif(wide_text_column, ''), variable) as published_name, predictor
    from {{ ref('variables') }}
)

select published_name, listed.predictor as in_framework, ours.predictor as in_variables
from listed
full join ours using (published_name)
where listed.predictor is distinct from ours.predictor
union all
select published_name, count(*)::varchar, null
from listed
group by published_name
having count(*) > 1
