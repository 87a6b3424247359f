"""No model has an aggregate whose result depends on the order in which threads meet the rows.

A sum of floating numbers does: one last digit, in one run of many, is enough for other bytes of a release,
and a test that builds the same release twice sees it once in a while only. DuckDB's plan says the types and
the order of every aggregate, so this asks all of them at once, without luck.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

FLOATING = {"DOUBLE", "FLOAT"}
ADDING = {
    "sum",
    "avg",
    "mean",
    "fsum",
    "favg",
    "kahan_sum",
    "product",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "var_samp",
    "var_pop",
    "variance",
    "corr",
    "regr_slope",
}
# Not `list`: DuckDB plans list(x order by x) as a list that is sorted after.
IN_ORDER = {"string_agg", "group_concat", "first", "last", "arbitrary", "any_value"}


def aggregates(plan: Any) -> Iterator[dict[str, Any]]:
    """Every bound aggregate of a plan, those over windows too."""
    if isinstance(plan, dict):
        if plan.get("expression_class") in ("BOUND_AGGREGATE", "BOUND_WINDOW"):
            yield plan
        for key, part in plan.items():
            # What a function keeps for itself is no row's: array_to_string joins a list in the order of that.
            if key != "function_data":
                yield from aggregates(part)
    elif isinstance(plan, list):
        for part in plan:
            yield from aggregates(part)


def in_any_order(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, str]]:
    """Aggregates of a query whose result depends on the order of rows: (function, first argument)."""
    row = connection.execute("select json_serialize_plan(?, optimize := false)", [sql]).fetchone()
    assert row is not None
    plan = json.loads(row[0])
    assert not plan["error"], plan
    found = []
    for aggregate in aggregates(plan):
        name = aggregate.get("name") or ""
        arguments = aggregate["children"]
        # A window keeps no types of its arguments; a sum of floating numbers is one itself.
        types = aggregate.get("arguments") or [aggregate["return_type"]]
        floating = any(kind["id"] in FLOATING for kind in types)
        if aggregate.get("order_bys") or aggregate.get("arg_orders"):
            continue
        if (name in ADDING and floating) or name in IN_ORDER:
            found.append((name, arguments[0].get("alias") or ""))
    return found


def test_no_aggregate_of_a_model_depends_on_the_order_of_rows(sample_home: Path) -> None:
    compiled = {
        path.stem: path for path in (sample_home / "sample/dbt/target/compiled").rglob("models/**/*.sql")
    }
    assert len(compiled) > 100
    found: list[str] = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_home}/sample/warehouse.duckdb' as warehouse (read_only)")
        connection.execute("use warehouse")
        for model, path in sorted(compiled.items()):
            for name, argument in in_any_order(connection, path.read_text(encoding="utf-8")):
                found.append(f"{model}: {name}({argument})")
    assert found == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select sum(x) from numbers", [("sum", "x")]),
        ("select sum(x) over (partition by y) from numbers", [("sum", "x")]),
        ("with one as materialized (select avg(x) as x from numbers) from one", [("avg", "x")]),
        (
            "select mean(x), kahan_sum(x), variance(x) from numbers",
            [("mean", "x"), ("kahan_sum", "x"), ("variance", "x")],
        ),
        ("select string_agg(y::varchar, ';') from numbers", [("string_agg", "")]),
        ("select any_value(y) from numbers", [("any_value", "y")]),
        ("select sum(x order by x), sum(x::decimal(38, 18)), sum(y), max(x) from numbers", []),
    ],
)
def test_what_depends_on_the_order_is_seen(sql: str, found: list[tuple[str, str]]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table numbers (x double, y integer)")
        assert in_any_order(connection, sql) == found


def test_counts_of_whole_agencies_stay_whole(sample_release: Path) -> None:
    """Offenses of agencies that lie in one city: no cast on the way changes their number."""
    with duckdb.connect(str(sample_release / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select numerator from value_components where geography_type = 'place'"
            " and variable in ('rate_crime_violent', 'rate_crime_property')"
        ).fetchall()
    assert max(value for (value,) in found if value is not None) > 2500
    assert [value for (value,) in found if value is not None and value != round(value)] == []
