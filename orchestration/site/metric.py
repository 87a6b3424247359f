"""What the page of a variable says in words; its map and ranking are drawn in the page."""

from __future__ import annotations

from orchestration.site.facts import Facts, Row
from orchestration.site.words import (
    DECISIONS,
    DEVIATIONS,
    DIRECTIONS,
    KINDS,
    ORIGINS,
    group,
    spell,
)


def metric_page(facts: Facts, variable: str) -> Row:
    """The values of template `metric.html`."""
    row = facts.variables[variable]
    coverage = facts.coverage.get(variable, [])
    origins = sorted({one["origin"] for one in coverage})
    return {
        "row": row,
        "direction": DIRECTIONS.get(row["direction"], ""),
        "coverage": [_covered(one) for one in coverage],
        "origins": [(name, ORIGINS.get(name, name)) for name in origins],
        "missing": [
            (facts.reasons.get(one["missing_reason"], one["missing_reason"]), f"{one['cells']:,}")
            for one in facts.missing.get(variable, [])
        ],
        "closed": [_closed(one) for one in facts.closed.get(variable, [])],
        "deviations": [
            {**one, "kind_words": DEVIATIONS.get(one["kind"], one["kind"])}
            for one in facts.deviations.get(variable, [])
        ],
        "breaks": facts.breaks.get(variable, []),
        "decisions": [
            {**one, "words": DECISIONS.get(one["decision"].split(":")[0], "see the deviation")}
            for one in facts.decisions.get(row["metric"], [])
        ],
        "files": facts.files.get(variable, []),
    }


def _covered(one: Row) -> Row:
    shown = {name: f"{one[name]:,}" for name in ("values", "strong", "marginal", "weak")}
    return {
        "areas": KINDS[one["geography_type"]],
        "by": group(one["subgroup_type"]),
        "year": one["year"],
        "sample": one["sample"],
        "origin": one["origin"],
        "share": f"{one['values'] / one['cells'] * 100:.1f} %",
        **shown,
    }


def _closed(one: Row) -> str:
    return (
        f"{KINDS[one['geography_type']]}, by {group(one['subgroup_type'])}, {spell(one['years'])}: "
        f"{one['status_reason'] or 'its input is not at hand'}"
    )
