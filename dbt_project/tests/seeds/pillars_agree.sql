-- A variable's pillar is that of its predictor.
select variable.variable, variable.pillar, predictor.pillar as pillar_of_predictor
from {{ ref('variables') }} as variable
inner join {{ ref('predictors') }} as predictor using (predictor)
where variable.pillar <> predictor.pillar
