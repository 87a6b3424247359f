"""Table macros of the released database, for analysts.

Names in them stand without a database: open the file, or attach it under any name and `use` that name.
"""

from __future__ import annotations

from pathlib import Path

_COMPARISONS = Path(__file__).with_name("comparisons.sql")

_READING = """
create macro metric(wanted) as table
    select m.*, g.name, g.state_name
    from metric_values as m left join geographies as g using (geography_type, geoid)
    where m.variable = wanted and m.value is not null
    order by m.geography_type, m.geoid, m.year, m.subgroup_type, m.subgroup;
create macro place_profile(wanted) as table
    select v.pillar, v.predictor, v.label, m.variable, m.year, m.sample, m.value, m.lower, m.upper, m.quality,
        m.missing_reason, v.unit, m.origin, m.deviation_ids
    from metric_values as m inner join variables as v using (variable)
    where m.geoid = wanted and m.subgroup_type = 'all'
    qualify row_number() over (
        partition by m.variable order by (m.value is not null) desc, m.year desc, m.sample
    ) = 1
    order by v.pillar, v.predictor, m.variable;
create macro compare(wanted, peers) as table
    select m.variable, v.label, m.year, m.geoid, g.name, g.state_name, m.value, m.lower, m.upper, m.quality,
        m.geoid = wanted as is_wanted
    from metric_values as m
    inner join variables as v using (variable)
    inner join geographies as g using (geography_type, geoid)
    where m.subgroup_type = 'all' and (m.geoid = wanted or list_contains(peers, m.geoid))
    order by m.variable, m.year, is_wanted desc, m.geoid;
"""

MACROS = _READING + _COMPARISONS.read_text(encoding="utf-8")
