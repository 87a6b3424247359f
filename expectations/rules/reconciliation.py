"""Reconciliation: totals and their subgroups.

A share or rate of everybody is a mean of its groups', so it lies between the least and the greatest of
them; a count of everybody is no less than any of its groups', nor than their sum where each person is in
one group. How many cells may miss this, because sources round, blank or impute, stands in seed
`reconciliation_limits`, for each subgroup table and variable where the method allows the comparison.
"""

from __future__ import annotations

from expectations.rules.expectation import Expectation, ExpectRuleToHold, rows
from expectations.rules.publication import Tables
from orchestration.base.seeds import read
from orchestration.base.sql import literal

_FEWEST = 30


class ExpectGroupsToReconcile(ExpectRuleToHold):
    """What is said of everybody agrees with what is said of the groups that they fall into."""


def subgroups_reconcile(tables: Tables) -> list[Expectation]:
    """All rows lie within their groups, in each year, but for as many cells as ever."""
    if tables.channel != "national":
        return []
    limits = ", ".join(
        f"({literal(row['geography_type'])}, {literal(row['subgroup_type'])}, {literal(row['variable'])}, "
        f"{row['outside_most']})"
        for row in read("reconciliation_limits")
    )
    # One query for both counts: it goes over all cells of subgroups.
    compared = f"""(
        select compared.*, outside_most from ({_COMPARED}) as compared
        left join (values {limits}) as limits (geography_type, subgroup_type, variable, outside_most)
            using (geography_type, subgroup_type, variable)
    )"""
    outside = f"areas >= {_FEWEST} and outside > outside_most"
    show = ("variable", "geography_type", "subgroup_type", "year", "areas", "outside", "example")
    return ExpectGroupsToReconcile.declare(
        "subgroups_reconcile",
        "error",
        "values of everybody lie within those of their groups",
        [rows("areas", compared, outside, show)],
    )


_TOTALS = """
    select variable, geography_type, subgroup_type, year, geoid,
        max(value) filter (where subgroup = 'All') as total,
        min(value) filter (where subgroup <> 'All') as least,
        max(value) filter (where subgroup <> 'All') as greatest,
        sum(value) filter (where subgroup <> 'All') as together
    from candidate.metric_values
    where subgroup_type <> 'all'
    group by all
    having count(value) = count(*) and count(*) > 2"""
_OUTSIDE = (
    "case when variable::text like 'count%' then total < greatest or together > 1.05 * total + 10"
    " else total < least - 1e-9 or total > greatest + 1e-9 end"
)
_COMPARED = f"""
    select variable, geography_type, subgroup_type, year, count(*) as areas,
        count(*) filter (where {_OUTSIDE}) / count(*) as outside, arg_max(geoid, {_OUTSIDE}) as example
    from ({_TOTALS}) group by all"""

# What the limits are made of: the worst year of each table and variable.
MEASURED = f"""
    select geography_type::text, subgroup_type::text, variable::text, max(outside)
    from ({_COMPARED}) where areas >= {_FEWEST} group by all order by all"""
