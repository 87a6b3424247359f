"""How a metric is computed, in words: the one reader of table `metric_methods`.

Its rows are periods of a metric. What is the same in all of them is said once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

Row = dict[str, Any]

LABELS = {
    "universe": "Who is counted",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "formula": "Formula",
    "suppression": "No value",
    "interval": "Interval",
    "quality_rule": "Quality flag",
    "flag_measures": "The flag measures",
    "flag_leaves_out": "Not in the flag",
    "document": "Document of the agency",
    "needs": "Needed to compute it",
}
"""What each column of the table is called where people read it."""


def read_methods(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """The periods of each metric, oldest first; nothing for a release that has no such table."""
    there = connection.execute("from duckdb_tables() where table_name = 'metric_methods'").fetchall()
    if not there:
        return {}
    cursor = connection.execute("from metric_methods order by all")
    names = [column[0] for column in cursor.description or []]
    found: dict[str, list[Row]] = {}
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        found.setdefault(row["metric"], []).append(row)
    return found


def of_year(periods: Sequence[Row], year: int) -> Row:
    """The period that a year is in; the only row of releases whose table knows no periods."""
    for row in periods:
        if "first_year" not in row or row["first_year"] <= year <= row["last_year"]:
            return row
    return {}


def over_time(periods: Sequence[Row], column: str) -> str:
    """What a column says, with the years of each wording where it changes; empty without such a column."""
    spans: list[tuple[str, int, int]] = []
    for row in periods:
        text = row.get(column)
        if not text:
            continue
        first, last = row.get("first_year", 0), row.get("last_year", 0)
        if spans and spans[-1][0] == text:
            spans[-1] = (text, spans[-1][1], last)
        else:
            spans.append((text, first, last))
    if len(spans) == 1:
        return spans[0][0]
    return " ".join(f"{_years(first, last)}: {text.rstrip('.')}." for text, first, last in spans)


def in_words(periods: Sequence[Row]) -> list[tuple[str, str]]:
    """Label and text of all that is known of a metric."""
    told = ((label, over_time(periods, column)) for column, label in LABELS.items())
    return [(label, text) for label, text in told if text]


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"
