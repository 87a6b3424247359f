-- Without a rule a metric's series are never released as computed, and nothing says why.
select distinct computed.metric, computed.geography_type
from {{ ref('computed_values') }} as computed
anti join {{ ref('completeness_rules') }} as rule using (metric, geography_type)
