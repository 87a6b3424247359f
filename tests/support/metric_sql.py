"""The SQL of a metric's models in plain DuckDB: what dbt would render, with a model's name for its table."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import duckdb
import jinja2
import pandas as pd

from orchestration.base.settings import DBT_PROJECT_DIR

_NOT_PLAIN = ("{% test", "{% materialization", "{%- test", "adapter.", "run_query")


@lru_cache
def _environment() -> jinja2.Environment:
    """All macros that need no dbt but `ref` and `source`."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {"ref": str, "source": lambda schema, name: name, "config": lambda **_: ""}
    texts = [path.read_text(encoding="utf-8") for path in sorted((DBT_PROJECT_DIR / "macros").glob("*.sql"))]
    plain = "\n".join(text for text in texts if not any(mark in text for mark in _NOT_PLAIN))
    # Macros of one file call those of others: together they are one template.
    module = environment.from_string(plain).make_module()
    environment.globals |= {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return environment


@lru_cache
def sql_of(model: str) -> str:
    """The rendered SQL of a model."""
    (place,) = Path(DBT_PROJECT_DIR / "models").rglob(f"{model}.sql")
    return _environment().from_string(place.read_text(encoding="utf-8")).render()


def build(connection: duckdb.DuckDBPyConnection, *models: str) -> None:
    """Build models in their order, as tables of their names."""
    for model in models:
        connection.execute(f"create or replace table {model} as {sql_of(model)}")


def table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: list[tuple[object, ...]]
) -> None:
    """A table of a test: columns as `name type, ...`, replaced if it is there."""
    connection.execute(f"create or replace table {name} ({columns})")
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"insert into {name} values ({marks})", rows)


def frame(connection: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """Rows of a query."""
    return connection.execute(query).df()
