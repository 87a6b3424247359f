"""All newest values of the communities of a state as plain tables: what readers without scripts are given."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

import duckdb

from orchestration.site.facts import Facts
from orchestration.site.words import FLAGS, ONE, amount, interval, short_labels

# Without `scope`: a cell of the head has no data beside it, the first of a row none above and below it, so
# each is the header that it looks like; said 180,000 times it would weigh two megabytes.
_HEAD = "<thead><tr><th>Metric<th>Year<th>Value<th>Interval<th>Quality</thead>"


def tables_by_state(
    connection: duckdb.DuckDBPyConnection, facts: Facts
) -> Iterator[tuple[str, str, str, str]]:
    """(state, its name, list of its communities, their tables), the latter as HTML."""
    names = dict(connection.execute("select distinct state, state_name from geographies").fetchall())
    everything = connection.execute(_NEWEST).fetchall()
    for state, of_state in groupby(everything, key=lambda row: row[0]):
        links, tables = [], []
        for (kind, geoid, area), rows in groupby(of_state, key=lambda row: row[1:4]):
            links.append(f"<li><a href=#g{geoid}>{escape(area)}</a>{' (city)' if kind == 'place' else ''}")
            tables.append(
                f"<h2 id=g{geoid}>{escape(area)}</h2><p>{ONE[kind]} {geoid}. "
                f'<a href="../community.html?{geoid}">Trends, groups, peers</a>'
                f"<table class=plain><caption>{escape(area)}: newest values</caption>{_HEAD}<tbody>"
                + _rows(facts, [row[4:] for row in rows])
            )
        yield state, names[state], "\n".join(links), "\n".join(tables)


def _rows(facts: Facts, rows: list[tuple[Any, ...]]) -> str:
    """A row of each variable with a value; of the others the reasons, in a sentence."""
    missing: dict[str, list[str]] = {}
    shown = []
    for variable, year, value, lower, upper, quality, reason in rows:
        about = facts.variables[variable]
        label = escape(short_labels().get(variable) or str(about["label"]))
        if value is None:
            missing.setdefault(str(facts.reasons.get(reason, "unknown")), []).append(label)
            continue
        unit = about["unit"]
        cells = (year, amount(value, unit), interval(lower, upper, unit), FLAGS.get(quality, ""))
        shown.append(f"<tr><th>{label}" + "".join(f"<td>{cell}" for cell in cells) + "\n")
    said = (f"<p>No value ({escape(reason)}): {', '.join(names)}.\n" for reason, names in missing.items())
    return "".join(shown) + "</table>" + "".join(said)


_NEWEST = """
    select area.state, cell.geography_type, cell.geoid, area.name, cell.variable, cell.year, cell.value,
        cell.lower, cell.upper, cell.quality, cell.missing_reason
    from metric_values as cell
    inner join geographies as area using (geography_type, geoid)
    inner join variable_numbers as about using (variable)
    where subgroup_type = 'all'
    qualify row_number() over (
        partition by cell.geography_type, cell.geoid, cell.variable
        order by cell.value is null, cell.year desc
    ) = 1
    order by area.state, cell.geography_type, area.name, cell.geoid, about.number"""
