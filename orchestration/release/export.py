"""Writes the tables of a release: DuckDB, Parquet, CSV. Same warehouse, same bytes.

Explicit orders and row groups of one size: neither the machine nor its number of threads shows in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.files import sha256_of
from orchestration.base.sql import literal
from orchestration.release.database import Writer
from orchestration.release.light import write_light
from orchestration.release.released_tables import ReleasedTable
from orchestration.release.taken_over import Earlier, key_of, places_of

_ROW_GROUP = 122_880
# Where all texts that a column of the long tables may hold are listed.
_VOCABULARIES = {
    "geography_type": "geographies",
    "geoid": "geographies",
    "variable": "variables",
    "subgroup_type": "subgroups",
    "subgroup": "subgroups",
    "sample": "series",
    "missing_reason": "missing_reasons",
    "origin": "series",
    "series_id": "series",
}
# By the least and greatest of these a reader of Parquet leaves out row groups. DuckDB writes enumerations as
# texts of one dictionary for all of them, in a third of the time, but then these bounds say nothing.
_SOUGHT_BY = ("geography_type", "geoid")
_READ_AGAIN = "metric_values"  # for its light copies, so its sorted rows are kept for that long
_INTERNAL_COLUMNS = frozenset({"cell_id", "frame_row", "label_position", "series_number"})


def export(
    warehouse: Path, folder: Path, tables: list[ReleasedTable], database: Writer, earlier: Earlier
) -> dict[str, dict[str, Any]]:
    """Write `parquet/`, `csv/` and `light/` below `folder`, and have each table taken into `mobility.duckdb`.

    Args:
        warehouse: the built warehouse; opened read-only.
        folder: the hidden folder of a candidate.
        tables: what to release.
        database: writes `mobility.duckdb`, and may not be ready yet when this ends.
        earlier: where files of tables that did not change may be taken from.

    Returns:
        The manifest's entry of every table.
    """
    (folder / "parquet").mkdir(parents=True)
    (folder / "csv").mkdir()
    available = sorted((table for table in tables if table.status == "available"), key=_when)
    # One core sorts and writes Parquet, the other takes each Parquet file into DuckDB as soon as it is there:
    # one after the other, or DuckDB would lay out its file in another way each time. It is the last to end,
    # so what it does not need, the CSV, is written last.
    written: dict[str, Written] = {}
    with _reader(warehouse) as rows:
        for table in available:
            # Over that one, nobody has use for the other core yet.
            rows.execute(f"set threads = {2 if table.name == 'metric_values' else 1}")
            written[table.name] = _parquet_of(rows, folder, table, earlier)
            database.add(table.name, folder / table.parquet, coded=table.kind == "long")
        database.finish()
        for table in available:
            if table.has_csv and not written[table.name].is_taken:
                _write_csv(rows, folder, table)
    return {table.name: _entry(folder, table, written.get(table.name, Written(0, None))) for table in tables}


@dataclass(frozen=True)
class Written:
    """How many rows a table has, the hash of what its files are made of, and whether they are copies."""

    rows: int
    key: str | None
    is_taken: bool = False


def _parquet_of(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: ReleasedTable, earlier: Earlier
) -> Written:
    """Write the Parquet file of a table, or take all files of the same rows over."""
    columns = _released_columns(connection, table)
    places = places_of(connection, table)
    key = key_of(connection, table, columns, places)
    files = [table.parquet, *([table.csv] if table.has_csv else [])]

    def is_same(then: dict[str, Any]) -> bool:
        return key is not None and then["tables"].get(table.name, {}).get("key") == key

    same = earlier.take(folder, files, is_same)
    if same:
        return Written(same["tables"][table.name]["rows"], key, is_taken=True)
    rows = _in_order(connection, table, columns, stand_there=places is not None and places.are_taken)
    copied = connection.execute(
        f"copy ({rows}) to {literal(str(folder / table.parquet))} "
        f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    ).fetchall()
    if table.name == _READ_AGAIN:
        write_light(connection, folder, rows)
        connection.execute("drop table memory.in_order")
    return Written(int(copied[0][0]), key)


def _when(table: ReleasedTable) -> int:
    """First what is small: DuckDB begins with it while the long table is sorted, over which it takes longest.

    The wide tables give it work while `published_values` is sorted.
    """
    kinds = ["reference", "long", "metric_values", "publication", "published_values"]
    return kinds.index(table.name if table.name in kinds else table.kind)


def _reader(warehouse: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
    connection.execute("set enable_progress_bar = false")  # the command shows its own progress
    connection.execute("use warehouse")
    return connection


def _write_csv(connection: duckdb.DuckDBPyConnection, folder: Path, table: ReleasedTable) -> None:
    rows = f"from read_parquet({literal(str(folder / table.parquet))})"
    connection.execute(
        f"copy ({rows}) to {literal(str(folder / table.csv))} "
        "(format csv, header, delimiter ',', nullstr '', quote '\"', escape '\"')"
    )


def _in_order(
    connection: duckdb.DuckDBPyConnection, table: ReleasedTable, columns: list[str], *, stand_there: bool
) -> str:
    """SQL of the released rows of a table in the order of the release; of one that is read again, in memory.

    Millions of rows are sorted in half the time if their repeated texts are enumerations. These sort as their
    texts do if they are made of them in their order. Wide tables are sorted only if their rows do not stand
    in order, as dbt mostly leaves them.
    """
    if table.kind != "long":
        names = ", ".join(f'"{name}"' for name in columns)
        rows = f"select {names} from {table.relation} as released"
        return rows if stand_there else f"{rows} order by {table.order}"
    words = {column: f"memory.word_{column}" for column in columns if column in _VOCABULARIES}
    for column, word in words.items():
        listed = f"select distinct {column}::varchar from {_VOCABULARIES[column]} where {column} is not null"
        connection.execute(f"create type if not exists {word} as enum ({listed} order by 1)")
    coded = [f"{name}::{words[name]} as {name}" if name in words else name for name in columns]
    rows = f"select {', '.join(coded)} from {table.relation} order by {table.order}"
    if table.name == _READ_AGAIN:
        connection.execute(f"create table memory.in_order as {rows}")
        rows = "from memory.in_order"
    texts = [f"{name}::varchar as {name}" for name in _SOUGHT_BY]
    return f"select * replace ({', '.join(texts)}) from ({rows})"


def _entry(folder: Path, table: ReleasedTable, written: Written) -> dict[str, Any]:
    return {
        "stem": table.stem,
        "kind": table.kind,
        "publication": table.publication,
        "title": table.title,
        "status": table.status,
        "reason": table.reason,
        "rows": written.rows,
        "key": written.key,
        "content_sha256": sha256_of(folder / table.parquet) if table.status == "available" else None,
    }


def _released_columns(connection: duckdb.DuckDBPyConnection, table: ReleasedTable) -> list[str]:
    """The columns of the table as readers know it; internal keys of one build stay behind."""
    # With the schema: a table called `variables` is something else to `describe`.
    described = connection.execute(f"describe main.{table.name}").fetchall()
    internal = _INTERNAL_COLUMNS - ({"frame_row"} if table.name == "geography_years" else set())
    return [row[0] for row in described if row[0] not in internal]
