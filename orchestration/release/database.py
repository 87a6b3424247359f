"""Writes `mobility.duckdb` in a process of its own, whose memory is filled: same tables, same bytes.

DuckDB leaves bytes between its segments, and the places of missing numbers, as it found them in memory:
harmless, but another file each time. In a process whose two allocators (one of DuckDB, one of the C library)
fill what they hand out with one byte, with one thread, the file is the same each time. Where these allocators
are others than on Linux, the content is the same and the bytes may differ.

The long tables repeat a few texts millions of times. They are kept as enumerations in schema `coded`; a view
of the table's name shows them as the texts that they are. That is a third of the work of texts, in less room.

    python -m orchestration.release.database    orders on standard input, one JSON value a line
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb

from orchestration.base.processes import ends_with_us
from orchestration.base.settings import PROJECT_ROOT
from orchestration.base.sql import literal
from orchestration.release.describe import Dictionary
from orchestration.release.folders import DISK_ERRORS
from orchestration.release.macros import MACROS

# Readable by every DuckDB since 1.0; 2.0's own format is not.
STORAGE_VERSION = "v1.0.0"
# Not `zero:true`: it has the system map other pages in, which costs a seventh of the whole writing.
_FILLED = {"DUCKDB_JE_MALLOC_CONF": "junk:alloc", "MALLOC_PERTURB_": "255", "PYTHONHASHSEED": "0"}
_CANNOT_WRITE = 74
_CODED = "coded"


class Writer:
    """The other end of the process: takes tables one by one."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def add(self, name: str, parquet: Path, *, coded: bool) -> None:
        """Take a table from its Parquet file; `coded` keeps its texts as enumerations, behind a view."""
        self._tell({"table": name, "parquet": str(parquet), "coded": coded})

    def finish(self) -> None:
        """No table follows: write descriptions and macros. Whoever wants the file has to wait for it."""
        self._tell({"finish": True})

    def wait(self) -> None:
        """Return when the file is whole."""
        self._end()

    def _tell(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            print(json.dumps(order), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            self._end()

    def _end(self) -> None:
        _, said = self._process.communicate()
        if self._process.returncode == _CANNOT_WRITE:
            raise OSError(None, said.strip())
        if self._process.returncode != 0:
            raise RuntimeError(f"writing mobility.duckdb ended with {self._process.returncode}\n{said}")


@contextmanager
def writer(target: Path, warehouse: Path, info: dict[str, str]) -> Iterator[Writer]:
    """A process that writes the DuckDB file `target`; it ends with the block, whatever happens there.

    Args:
        target: the file to write.
        warehouse: where descriptions come from; opened read-only.
        info: facts for table `release_info`, channel among them.
    """
    process = subprocess.Popen(
        # The package is imported before its module runs: meant, so no warning among the errors.
        ends_with_us(
            [sys.executable, "-W", "ignore::RuntimeWarning:runpy", "-m", "orchestration.release.database"]
        ),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=PROJECT_ROOT,
        env={**os.environ, **_FILLED},
        process_group=0,  # Ctrl-C at the terminal is for the command, which takes this one along
    )
    try:
        one = Writer(process)
        one._tell({"target": str(target), "warehouse": str(warehouse), "info": info})
        yield one
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stderr):
            if stream is not None and not stream.closed:
                stream.close()


def _write(orders: IO[str]) -> None:
    first = json.loads(orders.readline())
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        # FSST looks at a sample that is another one each time, and saves nothing here: texts repeat.
        connection.execute("set disabled_compression_methods = 'fsst'")
        connection.execute(
            f"attach {literal(first['target'])} as mobility (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute(f"use mobility; create schema {_CODED}")
        for order in map(json.loads, orders):
            if "finish" in order:
                _finish(connection, first)
                return
            source = f"read_parquet({literal(order['parquet'])})"
            if order["coded"]:
                _take_coded(connection, order["table"], source)
            else:
                connection.execute(f"create table {order['table']} as from {source}")
    raise RuntimeError("the orders ended before the last one")


def _take_coded(connection: duckdb.DuckDBPyConnection, table: str, source: str) -> None:
    coded, shown = [], []
    for name, kind in _described(connection, source):
        word = f'{_CODED}."{table}_{name}"'
        if kind == "VARCHAR" and _make_enumeration(connection, word, name, source):
            coded.append(f'"{name}"::{word} as "{name}"')
            shown.append(f'"{name}"::varchar as "{name}"')
        else:
            coded.append(f'"{name}"')
            shown.append(f'"{name}"')
    connection.execute(f"create table {_CODED}.{table} as select {', '.join(coded)} from {source}")
    connection.execute(f"create view {table} as select {', '.join(shown)} from {_CODED}.{table}")


def _described(connection: duckdb.DuckDBPyConnection, source: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"describe from {source}").fetchall()]


def _make_enumeration(connection: duckdb.DuckDBPyConnection, word: str, column: str, source: str) -> bool:
    """Make a type of the texts of a column, in their order; False where there is none to name."""
    texts = f'from {source} where "{column}" is not null'
    if not connection.execute(f"select 1 {texts} limit 1").fetchone():
        return False
    connection.execute(f'create type {word} as enum (select distinct "{column}" {texts} order by 1)')
    return True


def _finish(connection: duckdb.DuckDBPyConnection, first: dict[str, Any]) -> None:
    with duckdb.connect(first["warehouse"], read_only=True) as warehouse:
        dictionary = Dictionary(warehouse, first["info"]["channel"])
    # In one transaction: each of a thousand comments would wait for the disk otherwise.
    connection.execute("begin")
    connection.execute("create table release_info (fact varchar, value varchar)")
    # As text: with parameters DuckDB imports pandas.
    facts = ", ".join(f"({literal(fact)}, {literal(value)})" for fact, value in sorted(first["info"].items()))
    connection.execute(f"insert into release_info values {facts}")
    connection.execute("; ".join(_comments(connection, dictionary)))
    connection.execute(MACROS)
    connection.execute("commit")
    connection.execute("use memory")
    connection.execute("checkpoint mobility")
    connection.execute("detach mobility")


def _comments(connection: duckdb.DuckDBPyConnection, dictionary: Dictionary) -> list[str]:
    described = connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = 'mobility' and not internal order by table_name, schema_name, column_index"
    ).fetchall()
    coded = {table for schema, table, _ in described if schema == _CODED}
    comments = []
    for schema, table in dict.fromkeys((row[0], row[1]) for row in described):
        kind = "view" if schema == "main" and table in coded else "table"
        comments.append(f"comment on {kind} {schema}.{table} is {literal(dictionary.table(table))}")
    return comments + [
        f'comment on column {schema}.{table}."{column}" is {literal(dictionary.column(table, column))}'
        for schema, table, column in described
    ]


if __name__ == "__main__":
    try:
        _write(sys.stdin)
    except DISK_ERRORS as problem:
        print(problem, file=sys.stderr)
        sys.exit(_CANNOT_WRITE)
