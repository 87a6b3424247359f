"""The rows of an area's page: its newest values with trends, and its subgroups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from markupsafe import Markup

from orchestration.site.areas import Trend
from orchestration.site.charts import trend
from orchestration.site.facts import Facts, Row
from orchestration.site.words import DIRECTIONS, FLAGS, amount, group, interval


def metric_rows(facts: Facts, rows: Iterable[Row], found: Mapping[str, Trend]) -> list[Row]:
    """A row of each variable: the newest value and what stands beside it, or the reason why there is none."""
    return [_metric_row(facts, row, found[row["variable"]]) for row in rows]


def _metric_row(facts: Facts, row: Row, found: Trend) -> Row:
    unit = row["unit"]
    shown: Row = {
        "variable": row["variable"],
        "label": row["label"],
        "note": _note(row),
        "marked": found.has_deviation,
        "reason": "",
    }
    if not found.points:
        return {**shown, "reason": facts.reasons.get(found.reason or "", found.reason or "unknown")}
    year, value, lower, upper, quality = found.points[-1]
    return {
        **shown,
        "year": year,
        "value": amount(value, unit),
        "interval": interval(lower, upper, unit),
        "flag": FLAGS.get(quality, ""),
        "trend": Markup(trend(found.points, _in_words(found.points, unit))),
        "since": f"from {found.points[0][0]}" if found.points[1:] else "",
        "middle": amount(found.middle, unit),
        "lower_ones": "" if found.lower_ones is None else f"{found.lower_ones * 100:.0f} %",
    }


def _note(row: Row) -> str:
    """Direction and unit, as far as the number does not show it."""
    unit = row["unit"]
    named = "" if unit.startswith(("share", "US dollars")) else unit
    return ", ".join(part for part in (named, DIRECTIONS.get(row["direction"], "")) if part)


def _in_words(points: Iterable[tuple[Any, ...]], unit: str) -> str:
    """Every value of a trend with its year, for those who cannot see the drawing or want the numbers."""
    return "; ".join(f"{point[0]} {amount(point[1], unit)}" for point in points)


def group_tables(facts: Facts, groups: Iterable[tuple[Any, ...]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """(what it divides by, [(metric, year, [(group, value, interval, flag)])]) of an area."""
    tables = []
    for kind, rows in groupby(groups, key=lambda row: row[0]):
        order = sorted(rows, key=lambda row: list(facts.variables).index(row[1]))
        tables.append((group(kind), [_group(facts, row) for row in order]))
    return tables


def _group(facts: Facts, row: tuple[Any, ...]) -> tuple[Any, ...]:
    _, variable, year, cells = row
    about = facts.variables[variable]
    unit = about["unit"]
    shown: list[tuple[str, str, str, str | None]] = []
    for name, value, lower, upper, quality, reason in cells:
        if value is None:
            shown.append((name, f"No value: {facts.reasons.get(reason, reason)}", "", None))
        else:
            bounds = interval(lower, upper, unit)
            shown.append((name, amount(value, unit), bounds, FLAGS.get(quality, "")))
    return about["label"], year, shown
