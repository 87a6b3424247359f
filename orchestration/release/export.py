"""Writes the tables of a release: DuckDB, Parquet, CSV. Same warehouse, same bytes.

One thread and explicit orders everywhere: row groups and rows never depend on the machine.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb

from orchestration.generate.seeds import quoted
from orchestration.release.describe import Dictionary
from orchestration.release.files import sha256_of
from orchestration.release.tables import ReleasedTable

# Readable by every DuckDB since 1.0; 2.0's own format is not.
STORAGE_VERSION = "v1.0.0"
_ROW_GROUP = 122_880
_INTERNAL_COLUMNS = frozenset({"cell_id", "frame_row", "label_position", "series_number"})

_MACROS = """
create macro metric(wanted) as table
    select m.*, g.name, g.state_name
    from metric_values as m left join geographies as g using (geography_type, geoid)
    where m.variable = wanted and m.value is not null
    order by m.geography_type, m.geoid, m.year, m.subgroup_type, m.subgroup;
create macro place_profile(wanted) as table
    select v.pillar, v.predictor, v.label, m.variable, m.year, m.sample, m.value, m.lower, m.upper, m.quality,
        m.missing_reason, v.unit, m.origin, m.deviation_ids
    from metric_values as m inner join variables as v using (variable)
    where m.geoid = wanted and m.subgroup_type = 'all'
    qualify row_number() over (
        partition by m.variable order by (m.value is not null) desc, m.year desc, m.sample
    ) = 1
    order by v.pillar, v.predictor, m.variable;
create macro compare(wanted, peers) as table
    select m.variable, v.label, m.year, m.geoid, g.name, g.state_name, m.value, m.lower, m.upper, m.quality,
        m.geoid = wanted as is_wanted
    from metric_values as m
    inner join variables as v using (variable)
    inner join geographies as g using (geography_type, geoid)
    where m.subgroup_type = 'all' and (m.geoid = wanted or list_contains(peers, m.geoid))
    order by m.variable, m.year, is_wanted desc, m.geoid;
"""


def export(
    warehouse: Path, folder: Path, tables: list[ReleasedTable], dictionary: Dictionary, info: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Write `mobility.duckdb`, `parquet/` and `csv/` below `folder`.

    Args:
        warehouse: the built warehouse; opened read-only.
        folder: the hidden folder of a candidate.
        tables: what to release.
        dictionary: descriptions of tables and columns, written as comments.
        info: facts for table `release_info` (channel, version, ...).

    Returns:
        The manifest's entry of every table.
    """
    (folder / "parquet").mkdir(parents=True)
    (folder / "csv").mkdir()
    available = [table for table in tables if table.status == "available"]
    # One core sorts and writes Parquet and CSV, the other takes each Parquet file into DuckDB as soon as
    # it is there. Each of the two is strictly sequential, so its bytes do not depend on the machine.
    with ThreadPoolExecutor(max_workers=1) as pool:
        written = pool.submit(_reader, warehouse).result()
        waiting = [(table, pool.submit(_write_files, written, folder, table)) for table in available]
        try:
            counted = _write_database(folder, waiting, dictionary, info)
        finally:
            pool.shutdown(cancel_futures=True)
            written.close()
    return {table.name: _entry(folder, table, counted.get(table.name, 0)) for table in tables}


def _reader(warehouse: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute(f"attach {quoted(str(warehouse))} as warehouse (read_only)")
    connection.execute("use warehouse")
    return connection


def _write_files(connection: duckdb.DuckDBPyConnection, folder: Path, table: ReleasedTable) -> Path:
    """Parquet, and CSV of all but the long tables; returns the Parquet file."""
    path = folder / "parquet" / f"{table.stem}.parquet"
    columns = _released_columns(connection, table)
    connection.execute(
        f"copy (select {columns} from {table.relation} as released order by {table.order}) "
        f"to {quoted(str(path))} (format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    )
    if table.has_csv:
        csv = folder / "csv" / f"{table.stem}.csv"
        connection.execute(
            f"copy (from read_parquet({quoted(str(path))})) to {quoted(str(csv))} "
            "(format csv, header, delimiter ',', nullstr '', quote '\"', escape '\"')"
        )
    return path


def _write_database(
    folder: Path,
    waiting: list[tuple[ReleasedTable, Future[Path]]],
    dictionary: Dictionary,
    info: dict[str, str],
) -> dict[str, int]:
    """`mobility.duckdb` from the Parquet files; returns the rows of each table."""
    counted = {}
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        # FSST saves nothing here and costs a tenth of the time; texts are few and repeat.
        connection.execute("set disabled_compression_methods = 'fsst'")
        target = quoted(str(folder / "mobility.duckdb"))
        connection.execute(f"attach {target} as mobility (storage_version '{STORAGE_VERSION}')")
        connection.execute("use mobility")
        for table, parquet in waiting:
            source = f"read_parquet({quoted(str(parquet.result()))})"
            connection.execute(f"create table {table.name} as from {source}")
            (counted[table.name],) = connection.execute(f"select count(*) from main.{table.name}").fetchall()[
                0
            ]
        # In one transaction: each of a thousand comments would wait for the disk otherwise.
        connection.execute("begin")
        _write_info(connection, info)
        _write_comments(connection, dictionary)
        connection.execute(_MACROS)
        connection.execute("commit")
        connection.execute("use memory")
        connection.execute("checkpoint mobility")
        connection.execute("detach mobility")
    return counted


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


def _write_info(connection: duckdb.DuckDBPyConnection, info: dict[str, str]) -> None:
    connection.execute("create table release_info (fact varchar, value varchar)")
    connection.executemany("insert into release_info values (?, ?)", sorted(info.items()))


def _write_comments(connection: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> None:
    described = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'mobility' "
        "order by table_name, column_index"
    ).fetchall()
    statements = [
        f"comment on table {table} is {quoted(dictionary.table(table))}"
        for table in sorted({table for table, _ in described})
    ] + [
        f'comment on column {table}."{column}" is {quoted(dictionary.column(table, column))}'
        for table, column in described
    ]
    connection.execute("; ".join(statements))
