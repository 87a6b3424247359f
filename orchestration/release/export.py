"""Writes the tables of a release: DuckDB, Parquet, CSV. Same warehouse, same bytes.

Explicit orders and row groups of one size: neither the machine nor its number of threads shows in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.files import sha256_of
from orchestration.base.sql import literal
from orchestration.release.database import writer
from orchestration.release.light import write_light
from orchestration.release.released_tables import ReleasedTable

_ROW_GROUP = 122_880
_INTERNAL_COLUMNS = frozenset({"cell_id", "frame_row", "label_position", "series_number"})


def export(
    warehouse: Path, folder: Path, tables: list[ReleasedTable], info: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Write `mobility.duckdb`, `parquet/`, `csv/` and `light/` below `folder`.

    Args:
        warehouse: the built warehouse; opened read-only.
        folder: the hidden folder of a candidate.
        tables: what to release.
        info: facts for table `release_info` (channel, version, ...).

    Returns:
        The manifest's entry of every table.
    """
    (folder / "parquet").mkdir(parents=True)
    (folder / "csv").mkdir()
    # The long tables first: DuckDB takes longest over them, and should not have to wait for them.
    available = sorted(
        (table for table in tables if table.status == "available"), key=lambda table: table.kind != "long"
    )
    # One core sorts and writes Parquet and CSV, the other takes each Parquet file into DuckDB as soon as
    # it is there: one after the other, or DuckDB would lay out its file in another way each time.
    with writer(folder / "mobility.duckdb", warehouse, info) as database, _reader(warehouse) as rows:
        counted: dict[str, int] = {}
        for table in available:
            # Over the first of them, nobody has use for the other core yet.
            rows.execute(f"set threads = {1 if counted else 2}")
            parquet, counted[table.name] = _write_files(rows, folder, table)
            database.add(table.name, parquet)
        write_light(rows, folder)
        database.finish()
    return {table.name: _entry(folder, table, counted.get(table.name, 0)) for table in tables}


def _reader(warehouse: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
    connection.execute("set enable_progress_bar = false")  # the command shows its own progress
    connection.execute("use warehouse")
    return connection


def _write_files(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: ReleasedTable
) -> tuple[Path, int]:
    """Parquet, and CSV of all but the long tables; returns the Parquet file and the number of rows."""
    path = folder / "parquet" / f"{table.stem}.parquet"
    columns = _released_columns(connection, table)
    copied = connection.execute(
        f"copy (select {columns} from {table.relation} as released order by {table.order}) "
        f"to {literal(str(path))} (format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    ).fetchall()
    if table.has_csv:
        csv = folder / "csv" / f"{table.stem}.csv"
        connection.execute(
            f"copy (from read_parquet({literal(str(path))})) to {literal(str(csv))} "
            "(format csv, header, delimiter ',', nullstr '', quote '\"', escape '\"')"
        )
    return path, int(copied[0][0])


def _entry(folder: Path, table: ReleasedTable, rows: int) -> dict[str, Any]:
    parquet = folder / "parquet" / f"{table.stem}.parquet"
    return {
        "stem": table.stem,
        "kind": table.kind,
        "publication": table.publication,
        "title": table.title,
        "status": table.status,
        "reason": table.reason,
        "rows": rows,
        "content_sha256": sha256_of(parquet) if table.status == "available" else None,
    }


def _released_columns(connection: duckdb.DuckDBPyConnection, table: ReleasedTable) -> str:
    """The columns of the table as readers know it; internal keys of one build stay behind."""
    # With the schema: a table called `variables` is something else to `describe`.
    described = connection.execute(f"describe main.{table.name}").fetchall()
    internal = _INTERNAL_COLUMNS - ({"frame_row"} if table.name == "geography_years" else set())
    return ", ".join(f'"{row[0]}"' for row in described if row[0] not in internal)
