"""What the page of a variable shows, in the words and drawings of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from orchestration.site.charts import distribution, span
from orchestration.site.facts import Facts, Row
from orchestration.site.words import (
    DECISIONS,
    DEVIATIONS,
    DIRECTIONS,
    KINDS,
    ORIGINS,
    amount,
    group,
    interval,
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
        "spreads": list(_spreads(facts, row)),
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


def _spreads(facts: Facts, row: Row) -> Iterator[dict[str, Any]]:
    """How the newest values of counties and cities spread, and how they do in each state."""
    unit = row["unit"]
    for kind, kinds in KINDS.items():
        found = facts.spreads.get((row["variable"], kind))
        if found is None:
            continue
        low, first, middle, third, high = (amount(mark, unit) for mark in found["marks"])
        least, most = amount(found["least"], unit), amount(found["most"], unit)
        words = (
            f"{found['areas']:,} {kinds.lower()} have a value for {found['year']}. Half of them lie between "
            f"{first} and {third}, the middle one at {middle}; the least is {least}, the largest {most}. "
        )
        drawn = f"Drawn from the first to the last hundredth, {low} to {high}; the outer bars hold the rest."
        yield {
            "kind": kind,
            "kinds": kinds,
            "title": f"{kinds}, {found['year']}",
            "words": words + drawn,
            "drawing": Markup(distribution(found["bars"], low, high, words)),
            "low": low,
            "high": high,
            "states": [
                _state(one, unit, found["marks"]) for one in facts.states.get((row["variable"], kind), [])
            ],
        }


def _state(one: Row, unit: str, ends: list[float]) -> Row:
    marks = [amount(mark, unit) for mark in one["marks"]]
    words = f"{one['state_name']}: {marks[0]} to {marks[4]}, half between {marks[1]} and {marks[3]}"
    return {
        "name": one["state_name"],
        "areas": one["areas"],
        "middle": marks[2],
        "half": interval(one["marks"][1], one["marks"][3], unit),
        "drawing": Markup(span(one["marks"], ends[0], ends[4], words)),
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
