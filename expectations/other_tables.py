"""What every other table must satisfy: reference tables and the long tables beside `metric_values`."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.rules.expectation import Expectation, ExpectRowsToSatisfy, Part, query, rows
from expectations.rules.layout import LONG_KEY, row_count, twice_in_long_table
from expectations.rules.publication import Tables
from expectations.rules.suite import suite_of
from orchestration.base.sql import literal

_CELL = LONG_KEY

# Long tables that a release may hold, with their key. One that is not listed is refused.
LONG_KEYS: dict[str, tuple[str, ...]] = {
    "published_values": _CELL,
    "computed_values": _CELL,
    "value_components": _CELL,
    "comparison_with_published": (*_CELL, "measure"),
    "gap_errors": (
        "geography_type",
        "geoid",
        "year",
        "variable",
        "subgroup_type",
        "group_a",
        "group_b",
        "sample",
    ),
    "released_differences": (*_CELL, "measure"),
    "deviation_claims": ("deviation_id", *_CELL, "measure"),
    "flag_totals": (),
    "unmatched_rows": (),
}

# Tables without rows where nothing was computed, nothing lost, nothing differs.
MAY_BE_EMPTY = frozenset(LONG_KEYS) - {"published_values"}

# Knowledge about real communities and real cells: a release of the invented state has none of it, and may be
# without maps.
OF_REAL_AREAS = frozenset(
    {
        "communities",
        "coverage_exceptions",
        "geography_arcs",
        "geography_neighbours",
        "geography_shapes",
        "place_points",
        "places_outside_frame",
    }
)


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of a table that has none of its own."""
    return suite_of(table, every_table(table, tables))


def every_table(table: str, tables: Tables) -> list[Expectation]:
    """What every table beside the publications must satisfy."""
    relation = f"candidate.{table}"
    columns = tables.columns[table]
    least = int(not may_be_empty(table, tables.channel))
    everything = f"select count(*) from {relation}"
    declared = [
        *row_count(table, tables),
        *ExpectRowsToSatisfy.declare(
            "not_all_blank", "error", "no row is blank", [_blank(relation, columns, least)]
        ),
    ]
    if "geoid" in columns:
        state = "left(geoid::text, 2)"
        wrong = f"{state} = '99'" if tables.channel == "national" else f"{state} <> '99'"
        part = rows("geoid", relation, wrong, ["geoid"], where="geoid is not null", minimum=0)
        declared += ExpectRowsToSatisfy.declare("channel", "error", "no row of the other channel", [part])
        declared += ExpectRowsToSatisfy.declare(
            "codes_are_text", "error", "codes keep their leading zeros", [_as_text(table)]
        )
    key = ", ".join(LONG_KEYS.get(table, ()))
    if key:
        twice = f"select {key}, count(*) as times from {relation} group by all having count(*) > 1"
        if table == "published_values":
            twice = twice_in_long_table(relation)
        declared += ExpectRowsToSatisfy.declare(
            "key_unique", "error", "no key occurs twice", [query("key", everything, twice, least)]
        )
    return declared


def _as_text(table: str) -> Part:
    of_table = f"from work.columns where table_name = {literal(table)} and column_name = 'geoid'"
    failing = f"select column_name, column_type {of_table} and column_type <> 'VARCHAR'"
    return query("geoid", f"select count(*) {of_table}", failing)


def may_be_empty(table: str, channel: str) -> bool:
    """Whether a table without rows is no fault."""
    return table in MAY_BE_EMPTY or (channel == "sample" and table in OF_REAL_AREAS)


def _blank(relation: str, columns: tuple[str, ...], least: int) -> Part:
    blank = " and ".join(f'"{column}" is null' for column in columns)
    return rows("rows", relation, blank, [f'"{column}"' for column in columns], minimum=least)
