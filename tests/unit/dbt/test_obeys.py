"""The dbt test `obeys`: each kind of rule finds the row that breaks it, and only that one."""

from __future__ import annotations

from typing import Any

import duckdb
import jinja2
import pytest

from orchestration.base.settings import DBT_PROJECT_DIR

ROWS = """
    select * from (values
        ('a', 1, 'red', 'x;y', 2),
        ('b', 2, 'blue', 'x', 3),
        ('b', 3, null, '', 4)
    ) as rows (code, number, colour, parts, size)
"""


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table things as {ROWS}")
    connection.execute("create table known as select unnest(['x', 'z', null]) as part_name")
    return connection


def _sql(**rules: Any) -> str:
    text = (DBT_PROJECT_DIR / "macros" / "obeys.sql").read_text(encoding="utf-8")
    text = text.replace("{% test ", "{% macro ").replace("{% endtest %}", "{% endmacro %}")
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    return str(environment.from_string(text).make_module().obeys("things", **rules))


def _broken(warehouse: duckdb.DuckDBPyConnection, **rules: Any) -> list[tuple[Any, ...]]:
    return warehouse.execute(_sql(**rules)).fetchall()


@pytest.mark.parametrize(
    ("rules", "rule", "found"),
    [
        ({"key": ["code"]}, "code names a row", ["b"]),
        ({"key": ["code", "colour"]}, "code, colour names a row", ["b"]),
        ({"unique": ["colour"]}, "colour names a row", [""]),
        ({"vocabulary": {"colour": ["red"]}}, "colour holds a known value", ["blue"]),
        ({"vocabulary": {"number": [1, 2]}}, "number holds a known value", ["3"]),
        ({"listed": {"parts": ["known", "part_name"]}}, "parts is listed in part_name", ["y"]),
        ({"words": {"parts": ["y"]}}, "parts holds known words", ["x", "x"]),
    ],
)
def test_a_broken_rule_is_named_with_the_value(
    warehouse: duckdb.DuckDBPyConnection, rules: dict[str, Any], rule: str, found: list[str]
) -> None:
    assert _broken(warehouse, **rules) == [(rule, value) for value in found]


@pytest.mark.parametrize(
    "rules", [{"never_empty": ["colour"]}, {"always": ["size < 4"]}, {"always": ["colour <> 'green'"]}]
)
def test_a_broken_row_is_shown_whole(warehouse: duckdb.DuckDBPyConnection, rules: dict[str, Any]) -> None:
    [(_, found)] = _broken(warehouse, **rules)
    assert "'code': b" in found and "'number': 3" in found


def test_rules_that_hold_find_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert not _broken(
        warehouse,
        key=["code", "number"],
        unique=["number"],
        never_empty=["code", "parts"],
        vocabulary={"colour": ["red", "blue"]},
        words={"parts": ["x", "y"]},
        always=["size > 1"],
    )
