"""SQL that makes a DuckDB table of every CSV of a release, with the types of `mobility.duckdb`."""

from __future__ import annotations

from orchestration.base.sql import literal
from orchestration.release.contents import Contents

_OPTIONS = (
    "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n',\n"
    "    nullstr = '', allow_quoted_nulls = false"
)


def load_csv(contents: Contents, columns: list[tuple[str, str, str]]) -> str:
    """One `create table` a CSV; nothing is left to guessing.

    A reader that guesses takes a column that begins empty for text, and the code 01003 for a number.
    """
    lines = [
        f"-- The tables of release {contents.version}, channel {contents.channel}, from csv/, with types.",
        "-- In the folder of the release: duckdb mine.duckdb < load_csv.sql",
        "-- (The long tables are Parquet only: create table metric_values as",
        "-- from read_parquet('parquet/metric_values.parquet'); every file has its types.)",
    ]
    for table in sorted(contents.tables, key=lambda one: one.name):
        if table.status != "available" or not table.has_csv:
            continue
        types = ",\n".join(
            f"        {literal(column)}: {literal(kind)}"
            for name, column, kind in columns
            if name == table.name
        )
        lines += [
            "",
            f"create table {table.name} as from read_csv(",
            f"    {literal(f'csv/{table.stem}.csv')}, {_OPTIONS},",
            f"    columns = {{\n{types}\n    }}",
            ");",
        ]
    return "\n".join([*lines, ""])
