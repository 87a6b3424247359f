"""The candidate's Parquet as relations of an in-memory DuckDB, the only thing that suites measure.

Schemas: `candidate` and `previous` hold a view per table; `work` holds what suites share:
`columns` (of every table), `metric_labels`, and while a publication is judged its rows `wide` (with
`_row`, their position in the file), the rows that the frame demands beside those found, `framed`, and
what `expectations/rules/cells.py` makes of its cells of the long table (with the `_row` that shows them).
"""

from __future__ import annotations

import contextlib
import copy
import tempfile
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from expectations.rules.cells import cell_tables
from expectations.rules.frame import counts_of_values, framed_rows
from expectations.rules.publication import Publication
from orchestration.base.seeds import read
from orchestration.base.sql import literal
from orchestration.gate.carried import Contents, digest, reads
from orchestration.gate.manifest import Entry, Manifest

_MEMORY = "1500MB"
# Tables of millions of cells, and their texts that few values repeat in.
_LONG_TABLES = ("metric_values", "published_values")
_REPEATED = (
    "geography_type",
    "geoid",
    "variable",
    "subgroup_type",
    "subgroup",
    "sample",
    "missing_reason",
    "origin",
    "series_id",
    "published_file",
)


class Workbench:
    """A connection to measure with; use it as a context manager.

    Args:
        threads: of DuckDB.
        on_demand: make shared tables when `need` asks for them, not when they are declared.

    `contents` knows what each relation holds.
    """

    def __init__(self, threads: int = 2, *, on_demand: bool = False) -> None:
        self.contents = Contents()
        self._on_demand = on_demand
        self._database = "memory"
        self._waiting: dict[str, str] = {}
        self._one_by_one = threading.RLock()
        self._columns: list[tuple[str, int, str, str]] = []
        self._slices: dict[tuple[str, str], str] = {}
        self._in_memory: dict[str, str] = {}
        self._scratch = tempfile.TemporaryDirectory(prefix="mobility-gate-")
        self._connection = duckdb.connect(
            config={
                "threads": threads,
                "memory_limit": _MEMORY,
                "temp_directory": self._scratch.name,
            }
        )
        self._run("create schema candidate; create schema previous; create schema work")
        self._run(
            "create table work.columns"
            " (table_name text, position integer, column_name text, column_type text)"
        )
        self._run("create table work.metric_labels (metric text, subgroup_type text, subgroup text)")
        labels = [(row["metric"], row["subgroup_type"], row["subgroup"]) for row in read("metric_subgroups")]
        self._insert("work.metric_labels", labels)
        self.contents.note("work.metric_labels", digest(labels))

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._scratch.cleanup()

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection, for what reads the bench besides."""
        return self._connection

    def beside(self) -> Workbench:
        """The same bench for another thread, with the same tables.

        Publications share `wide`, `framed` and others, `metric_values` has tables of its own: two threads may
        lay out one of each, not two of a kind.
        """
        other = copy.copy(self)
        other._connection = self._connection.cursor()
        return other

    def aside(self) -> Workbench:
        """The same bench for another thread, with shared tables of its own: it may lay out publications too.

        They stand in a database of their own, where names are looked for first.
        """
        other = self.beside()
        other._database = "aside"
        other.contents = Contents(dict(self.contents.known))
        other._waiting, other._in_memory = {}, {}
        other._run("attach ':memory:' as aside; create schema aside.work; create schema aside.candidate")
        schemas = [
            f"{one}.{schema}" for one in ("aside", "memory") for schema in ("main", "work", "candidate")
        ]
        other._run(f"set search_path = '{','.join([*schemas, 'memory.previous'])}'")
        return other

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)

    def _insert(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """All rows in one statement: DuckDB takes a millisecond for each statement of an executemany."""
        values = ", ".join(
            "(" + ", ".join(str(cell) if isinstance(cell, int) else literal(cell) for cell in row) + ")"
            for row in rows
        )
        self._run(f"insert into {table} values {values}")

    def open(self, schema: str, manifest: Manifest, tables: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
        """Make a view of each table's Parquet file; the columns of those that could be opened."""
        opened = {}
        for entry in tables:
            path = manifest.folder / entry.file
            if not path.is_file():
                continue
            try:
                columns = self._open_one(schema, entry.name, path)
            except duckdb.Error:
                continue  # no Parquet: the table's verdict will say so
            opened[entry.name] = tuple(name for name, _ in columns)
            if schema == "candidate":
                rows = [(entry.name, at, name, kind) for at, (name, kind) in enumerate(columns, start=1)]
                self._insert("work.columns", rows)
                self._columns += rows
            self.contents.note(f"{schema}.{entry.name}", manifest.files.get(entry.file))
        if schema == "candidate":
            self.contents.note("work.columns", digest(self._columns))
            self._slices = self._contents_of_slices()
        return opened

    def _contents_of_slices(self) -> dict[tuple[str, str], str]:
        """What each publication's cells of the long table are; nothing where a column is lost.

        Two sums over the cells of a hash of 64 bits each, whatever their order in the file.
        """
        columns = ["geoid", "year", "variable", "subgroup", "value", "lower", "upper", "quality"]
        hashes = [f"sum(hash({', '.join(names)}))" for names in (columns, columns[::-1])]
        with contextlib.suppress(duckdb.BinderException, duckdb.CatalogException):
            return {
                (str(row[0]), str(row[1])): digest(*map(str, row[2:]))
                for row in self.rows(
                    f"select geography_type, subgroup_type, count(*), {', '.join(hashes)}"
                    " from candidate.metric_values group by all"
                )
            }
        return {}

    def pack(self) -> None:
        """Hold the long tables in memory with their repeated texts as enumerations.

        Rules then group and join millions of cells on small numbers, three times as fast; both tables
        share the enumerations, so that they join on them too.
        """
        for column in _REPEATED:
            tables = self.column(
                "select table_name from work.columns where column_type = 'VARCHAR'"
                f" and column_name = {literal(column)} and table_name in {_LONG_TABLES}"
            )
            values = " union ".join(
                f"select distinct {column} from candidate.{table}" for table in sorted(tables)
            )
            if tables:
                # In their order, or examples would be sorted in another one each time.
                known = f"from ({values}) where {column} is not null order by {column}"
                self._run(f"create type of_{column} as enum ({known})")
        for table in _LONG_TABLES:
            columns = self.column(
                f"select column_name from work.columns where table_name = {literal(table)}"
                f" and column_type = 'VARCHAR' and column_name in {_REPEATED} order by position"
            )
            if columns:
                casts = ", ".join(f"{column}::of_{column} as {column}" for column in columns)
                self._run(f"create table work.{table} as select * replace ({casts}) from candidate.{table}")
                self._run(f"create or replace view candidate.{table} as from memory.work.{table}")

    def _open_one(self, schema: str, name: str, path: Path) -> list[tuple[str, str]]:
        source = f"read_parquet({literal(str(path))})"
        self._run(f'create view {schema}."{name}" as select * from {source}')
        described = self._connection.execute(f"describe select * from {source}").fetchall()
        return [(str(row[0]), str(row[1])) for row in described]

    def spread(self, publication: Publication, path: Path) -> None:
        """Lay out the publication as `work.wide` and what its rules share, joined by `_row`.

        Great Expectations' own statements read `work.wide` too, through the view of the publication's name:
        a short one takes less time than opening the file.
        """
        self._shown_by_file()
        wide = (
            "select * exclude (file_row_number), file_row_number as _row"
            f" from read_parquet({literal(str(path))}, file_row_number = true)"
        )
        file = self.contents.known.get(f"candidate.{publication.table}")
        self._declare("work.wide", wide, None if file is None else digest("wide", file))
        if not self._on_demand:
            self._shown_in_memory(publication.table, f"read_parquet({literal(str(path))})")
        now, before = (
            known.get(publication.table, ())
            for known in (publication.tables.columns, publication.tables.previous_columns)
        )
        last = f"previous.{publication.table}"
        same_file = file is not None and file == self.contents.known.get(last)
        self.share(
            [
                ("work.framed", framed_rows(publication)),
                ("work.values_now", counts_of_values(publication, f"candidate.{publication.table}", now)),
                (
                    "work.values_before",
                    "from work.values_now" if same_file else counts_of_values(publication, last, before),
                ),
            ]
        )
        # Of the long table it takes these cells alone, and a code that none of them has matches none of them.
        cells = self._slices.get((publication.geography_type, publication.subgroup_type))
        self.share(cell_tables(publication), {"candidate.metric_values": cells})

    def _shown_in_memory(self, table: str, file: str) -> None:
        """Let the publication's view read `work.wide`, as long as that holds it."""
        self._show(table, f"(select * exclude (_row) from {self._database}.work.wide)")
        self._in_memory[table] = file

    def _shown_by_file(self) -> None:
        while self._in_memory:
            self._show(*self._in_memory.popitem())

    def _show(self, table: str, source: str) -> None:
        """Whole names: a view is read by the other thread too, which looks for names elsewhere."""
        self._run(f'create or replace view {self._database}.candidate."{table}" as select * from {source}')

    def share(
        self, tables: Iterable[tuple[str, str]], instead: Mapping[str, str | None] | None = None
    ) -> None:
        """Declare tables that several rules read, each by its SQL, in this order.

        Args:
            tables: name and SQL of each.
            instead: hashes of the parts that they take of relations, where they do not depend on the whole.
        """
        for table, select in tables:
            self._declare(table, select, self.contents.of(select, instead))

    def need(self, text: str) -> None:
        """Make the shared tables that SQL names, and those that they are made of."""
        for table in sorted(reads(text)):
            with self._one_by_one:
                select = self._waiting.pop(table, None)
                if select is not None:
                    self.need(select)
                    self._try(table, select)

    def _declare(self, table: str, select: str, content: str | None) -> None:
        self.contents.note(table, content)
        if self._on_demand:
            self._waiting[table] = select
        else:
            self._try(table, select)

    def _try(self, table: str, select: str) -> None:
        """Make a shared table; where a column or table is lost there is none, and what needs it raises."""
        self._run(f"drop table if exists {self._database}.{table}")
        with contextlib.suppress(duckdb.BinderException, duckdb.CatalogException):
            self._run(f"create table {self._database}.{table} as {select}")

    def count_rows(self, table: str) -> int:
        """Rows of a table of the candidate."""
        return int(self.one(f'select count(*) from candidate."{table}"')[0])

    def one(self, sql: str) -> tuple[Any, ...]:
        """The single row of a query."""
        row = self._connection.execute(sql).fetchone()
        if row is None:
            raise ValueError(f"a query gave no row: {sql}")
        return tuple(row)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return [tuple(row) for row in self._connection.execute(sql).fetchall()]

    def column(self, sql: str) -> list[Any]:
        """The first column of a query."""
        return [row[0] for row in self._connection.execute(sql).fetchall()]
