"""Continuity: groups of cells look like themselves a year before, and like the last release's.

Limits are data: seed `continuity_limits`, measured on a good release with a margin and reviewed as a
difference (`python -m orchestration.maintain.continuity_limits`). A group without a row of its own is held
to the row of its comparison whose other columns are blank. Asked of the national channel only: a dozen
invented counties have no ranks and quartiles worth comparing.
"""

from __future__ import annotations

from expectations.rules.expectation import Expectation, ExpectRuleToHold, Part, query
from expectations.rules.history import FEWEST_AREAS, LAST_RELEASE, YEAR_BEFORE
from expectations.rules.publication import Tables
from orchestration.base.sql import literal

_SHOW = "series_id, subgroup, year"
_SAME_MOST = 0.5
_FEW = 5  # as many areas may have the same values by chance, or by rounding
_ENOUGH = f"areas_both >= {FEWEST_AREAS}"

# Rule -> what it says, the number that is compared, and when it fails beside its limit.
_RULES = {
    "ranks_kept": (
        "areas keep their order: the rank correlation is not below its limit",
        "rank_correlation",
        f"{_ENOUGH} and rank_correlation < rank_correlation_least",
    ),
    "quartiles_kept": (
        "median and quartiles move no further than ever before",
        "quartile_shift",
        f"areas >= {FEWEST_AREAS} and areas_then >= {FEWEST_AREAS} and quartile_shift > quartile_shift_most",
    ),
    "states_kept": (
        "the median of no state moves further than ever before",
        "state_shift",
        "state_shift > state_shift_most",
    ),
    "interval_width_kept": (
        "intervals are as wide as they use to be",
        "width_ratio",
        f"{_ENOUGH} and width_ratio > width_ratio_most",
    ),
    "quality_kept": (
        "flags are as good as they use to be",
        "quality_shift",
        f"{_ENOUGH} and quality_shift > quality_shift_most",
    ),
    "coverage_continues": (
        "as many areas have a value as use to have one",
        "coverage",
        f"areas_then >= {FEWEST_AREAS} and coverage < coverage_least",
    ),
    "values_distinct": (
        "areas differ as they use to: no value stands for many",
        "distinct_ratio",
        f"areas >= {FEWEST_AREAS} and areas_then >= {FEWEST_AREAS} and distinct_ratio < distinct_least",
    ),
    "zeros_kept": (
        "no more zeros than use to be",
        "more_zeros",
        f"areas >= {FEWEST_AREAS} and more_zeros > zeros_most",
    ),
    "precision_kept": (
        "values have as many digits as they use to have",
        "more_rounded",
        f"areas >= {FEWEST_AREAS} and more_rounded > rounded_most",
    ),
    "values_inside_intervals": (
        "values stand inside their intervals, not on their bounds",
        "more_edge",
        f"{_ENOUGH} and more_edge > edge_most",
    ),
}


class ExpectGroupsToContinue(ExpectRuleToHold):
    """Groups of cells look like themselves a year before, and in the last release, within the limits."""


class ExpectRanksToBeKept(ExpectGroupsToContinue):
    """Areas keep their order from one year, and one release, to the next."""


class ExpectSeriesToDiffer(ExpectRuleToHold):
    """No series holds the numbers of another one."""


def continuity(tables: Tables) -> list[Expectation]:
    """Each group against the year before and against the last release."""
    if tables.channel != "national":
        return []
    against = [YEAR_BEFORE]
    if "metric_values" in tables.previous_columns:
        against.append(LAST_RELEASE)
    declared: list[Expectation] = []
    for rule, (statement, number, failing) in _RULES.items():
        parts = [_part(one, number, failing) for one in against]
        kind = ExpectRanksToBeKept if number == "rank_correlation" else ExpectGroupsToContinue
        declared += kind.declare(rule, "error", statement, parts)
    return declared


def years_differ(tables: Tables) -> list[Expectation]:
    """No year holds the values of the year before; invented numbers may well repeat."""
    if tables.channel != "national":
        return []
    failing = f"""
        select {_SHOW}, same, areas_both from work.compared
        where against = {literal(YEAR_BEFORE)}
            and same > {_SAME_MOST} * areas_both and areas_both >= {_FEW}"""
    looked_at = f"select count(*) from work.compared where against = {literal(YEAR_BEFORE)}"
    return ExpectSeriesToDiffer.declare(
        "years_differ",
        "error",
        "no series holds the values of the year before",
        [query("year before", looked_at, failing)],
    )


def series_differ(tables: Tables) -> list[Expectation]:
    """No series holds the values of another variable, label or year; looked at in every tenth area.

    The All row of a subgroup table and the overall table are one number twice: that is meant.
    """
    if tables.channel != "national":
        return []
    cells = """
        select g, geoid, value
        from work.cells, (select count(distinct geoid) < 100 as is_small from work.cells)
        where value not in (0, 1) and (hash(geoid::text) % 10 = 0 or is_small)"""
    failing = f"""
        with cell as ({cells}),
        size as (select g, count(*) as areas from cell group by g),
        pair as (
            select one.g as g, other.g as other_g, count(*) as same
            from cell as one inner join cell as other using (geoid, value) where one.g < other.g group by all
        )
        select one.series_id, one.subgroup, other.series_id as other_series, other.subgroup as other_subgroup,
            pair.same, least(a.areas, b.areas) as areas
        from pair
        inner join work.groups as one on one.g = pair.g
        inner join work.groups as other on other.g = pair.other_g
        inner join size as a on a.g = pair.g
        inner join size as b on b.g = pair.other_g
        where pair.same > {_SAME_MOST} * least(a.areas, b.areas) and pair.same >= {_FEW}
            and one.geography_type = other.geography_type
            and (one.variable <> other.variable or one.year <> other.year)"""
    return ExpectSeriesToDiffer.declare(
        "series_differ",
        "error",
        "no series holds the values of another variable or year",
        [query("values", "select count(*) from work.groups", failing)],
    )


def _part(against: str, number: str, failing: str) -> Part:
    """A group is held to its own limit, else to the general one of its comparison."""
    limited = f"""
        from work.compared as compared
        left join work.limits as own using (against, geography_type, subgroup_type, variable)
        left join (select * from work.limits where variable = '') as general using (against)
        where compared.against = {literal(against)}"""
    condition = failing
    for name in _limits_in(failing):
        condition = condition.replace(name, f"coalesce(own.{name}, general.{name})")
    for name in ("areas_both", "areas_then"):
        condition = condition.replace(name, f"compared.{name}")
    shown = f"compared.{number}" + (", compared.state" if number == "state_shift" else "")
    keys = ", ".join(f"compared.{key}" for key in _SHOW.split(", "))
    return query(
        against,
        f"select count(*) from work.compared where against = {literal(against)}",
        f"select {keys}, {shown} {limited} and coalesce({condition}, false)",
        minimum=int(against == YEAR_BEFORE),
    )


def _limits_in(failing: str) -> list[str]:
    return [word for word in failing.split() if word.endswith(("_least", "_most"))]
