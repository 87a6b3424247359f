"""Writes the tables of a release: DuckDB, Parquet, CSV. Same warehouse, same bytes.

One thread and explicit orders everywhere: row groups and rows never depend on the machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

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
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute(f"attach '{folder / 'mobility.duckdb'}' as mobility (storage_version '{STORAGE_VERSION}')")
        entries = {table.name: _write(connection, folder, table) for table in tables}
        connection.execute("use mobility")
        _write_info(connection, info)
        _write_comments(connection, dictionary)
        connection.execute(_MACROS)
        connection.execute("use memory")
        connection.execute("checkpoint mobility")
        connection.execute("detach mobility")
    return entries


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, table: ReleasedTable) -> dict[str, Any]:
    entry = {
        "stem": table.stem,
        "kind": table.kind,
        "publication": table.publication,
        "title": table.title,
        "status": table.status,
        "reason": table.reason,
        "rows": 0,
        "content_sha256": None,
    }
    if table.status != "available":
        return entry
    connection.execute("use warehouse")
    columns = _released_columns(connection, table)
    connection.execute(
        f"create table mobility.{table.name} as select {columns} from {table.relation} as released order by {table.order}"
    )
    parquet = folder / "parquet" / f"{table.stem}.parquet"
    connection.execute(
        f"copy (from mobility.{table.name}) to '{parquet}' "
        f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})"
    )
    if table.has_csv:
        connection.execute(
            f"copy (from mobility.{table.name}) to '{folder / 'csv' / table.stem}.csv' "
            "(format csv, header, delimiter ',', nullstr '', quote '\"', escape '\"')"
        )
    (entry["rows"],) = connection.execute(f"select count(*) from mobility.{table.name}").fetchall()[0]
    entry["content_sha256"] = sha256_of(parquet)
    return entry


def _released_columns(connection: duckdb.DuckDBPyConnection, table: ReleasedTable) -> str:
    """The columns of the table as readers know it; internal keys of one build stay behind."""
    described = connection.execute(f"describe main.{table.name}").fetchall()
    return ", ".join(f'"{row[0]}"' for row in described if row[0] not in _INTERNAL_COLUMNS or table.name == "geography_years")


def _write_info(connection: duckdb.DuckDBPyConnection, info: dict[str, str]) -> None:
    connection.execute("create table release_info (fact varchar, value varchar)")
    connection.executemany("insert into release_info values (?, ?)", sorted(info.items()))


def _write_comments(connection: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> None:
    for (table,) in connection.execute(
        "select table_name from duckdb_tables() where database_name = 'mobility' order by table_name"
    ).fetchall():
        connection.execute(f"comment on table {table} is {_literal(dictionary.table(table))}")
        for (column,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'mobility' and table_name = ? "
            "order by column_index",
            [table],
        ).fetchall():
            connection.execute(f'comment on column {table}."{column}" is {_literal(dictionary.column(table, column))}')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
