"""DuckDB as a datasource of Great Expectations, which knows none (1.24).

    context.data_sources.add_duckdb("release", connection_string="duckdb:///mobility.duckdb")

The one module that stands between the suites and DuckDB: once Great Expectations has a datasource of its own
(fivetran/great_expectations#12084), that one replaces it. Imports Great Expectations, which takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import duckdb
import sqlalchemy
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.pool import NullPool


class DuckDBEngine(SqlAlchemyExecutionEngine):
    """Runs on one connection that stays open: DuckDB keeps no result of one that was closed."""

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """The connection; Great Expectations fetches results after it leaves this context."""
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection


class DuckDBDatasource(SQLDatasource):
    """Tables and queries of a DuckDB database, by its address or over an open connection."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]
    connection_string: str = "duckdb:///:memory:"
    database_schema: str | None = None
    _open: Any = PrivateAttr(None)

    @property
    def execution_engine_type(self):  # `type` is a field in this class
        """The engine above."""
        return DuckDBEngine

    def over(self, connection: duckdb.DuckDBPyConnection) -> DuckDBDatasource:
        """Read what an open connection reads, through cursors of it."""
        self._open, self._engine, self._execution_engine = connection, None, None
        return self

    @property
    def schema_(self) -> str | None:
        """Where tables are looked for."""
        return self.database_schema

    def batch_of(self, table: str) -> Batch:
        """All rows of a table. The context does not write down that there is an asset, which takes 30 ms."""
        asset = self._TableAsset(name=table, table_name=table)
        asset._datasource = self
        self.assets = [one for one in self.assets if one.name != table] + [asset]
        return asset.get_batch(asset.build_batch_request())

    def _create_engine(self) -> sqlalchemy.Engine:
        shared = {"creator": lambda: ConnectionWrapper(self._cursor())} if self._open else {}
        # Without autocommit one failing statement aborts the transaction, and all after it raise.
        return sqlalchemy.create_engine(
            self.connection_string, poolclass=NullPool, isolation_level="AUTOCOMMIT", **shared
        )

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor that looks for names where the open connection does; of itself it would not."""
        cursor = self._open.cursor()
        (path,) = self._open.execute("select current_setting('search_path')").fetchone()
        if path:
            cursor.execute(f"set search_path = '{path}'")
        return cursor

    def get_execution_engine(self) -> SqlAlchemyExecutionEngine:
        """One engine for all assets; tables are read where they are, not copied to temporary ones."""
        if not self._execution_engine:
            self._execution_engine = DuckDBEngine(engine=self.get_engine(), create_temp_table=False)
        return self._execution_engine
