"""The lake: faithful, typed Parquet for every source, and its attachment to a warehouse.

A table is written beside its place, checked there, and renamed only if nothing was found, so the
last good file stays when a new one is bad. Each Parquet file has a receipt that says from which raw
content, by which parser and under which record it was made; if none of them changed, nothing is done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import MobilityError
from orchestration.ingest import conform, drift, storage
from orchestration.ingest.channels import foreign_states_text
from orchestration.settings import Settings
from orchestration.sources.model import (
    PARTITION_COLUMN,
    ROW_COLUMN,
    VINTAGE_COLUMN,
    Source,
    SourceFile,
    Table,
)

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_ROW_GROUP = 122_880


@dataclass(frozen=True)
class Piece:
    """One Parquet file of the lake: a table of a source, a vintage and perhaps a partition."""

    source: Source
    table: Table
    vintage: str
    partition: str | None

    def place(self, settings: Settings) -> Path:
        """Where it lies."""
        return storage.lake_path(settings, self.source, self.table, self.vintage, self.partition)

    def receipt(self, settings: Settings) -> dict[str, Any] | None:
        """Its receipt, or None if it was never written."""
        found: dict[str, Any] | None = storage.read_json(storage.lake_receipt_path(self.place(settings)))
        return found


def pieces(source: Source, file: SourceFile) -> list[Piece]:
    """What a file yields."""
    tables = [source.table(name) for name in file.tables]
    return [Piece(source, t, file.vintage, file.partition if t.partitioned else None) for t in tables]


def origin_of(settings: Settings, piece: Piece, file: SourceFile, raw_sha256: str) -> dict[str, Any]:
    """The part of a receipt that decides whether a piece is still current."""
    record = {
        "table": piece.table.model_dump(mode="json", exclude={"description"}),
        "encoding": file.encoding,
        "members": file.members,
        "form_settings": file.form_settings,
    }
    digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
    return {
        "channel": settings.channel,
        "source": piece.source.name,
        "vintage": piece.vintage,
        "table": piece.table.name,
        "partition": piece.partition,
        "file": file.name,
        "raw_sha256": raw_sha256,
        "parser_version": piece.source.parser_version,
        "record_sha256": digest,
    }


def is_current(
    settings: Settings, source: Source, file: SourceFile, raw_sha256: str
) -> dict[str, int] | None:
    """Rows per table if everything the file yields is in the lake already, else None."""
    rows = {}
    for piece in pieces(source, file):
        receipt = piece.receipt(settings)
        place = piece.place(settings)
        if receipt is None or not place.exists() or place.stat().st_size != receipt["bytes"]:
            return None
        if any(
            receipt.get(key) != value for key, value in origin_of(settings, piece, file, raw_sha256).items()
        ):
            return None
        rows[piece.table.name] = int(receipt["rows"])
    return rows


def write(settings: Settings, source: Source, file: SourceFile, raw_sha256: str) -> dict[str, int]:
    """Parse a raw file, check it, and put its tables into the lake.

    Returns:
        Rows per table.

    Raises:
        MobilityError: with all findings; the lake is as it was.
    """
    raw = storage.checked_raw(settings, raw_sha256, file.official_name)
    drafts = {piece.table.name: _Draft(settings, piece) for piece in pieces(source, file)}
    try:
        for name, partition, rows in source.parse(file, raw):
            drafts[name].append(rows, partition)
        found = [finding for draft in drafts.values() for finding in draft.close()]
        if found:
            raise _refused(source, file, found, any(draft.place.exists() for draft in drafts.values()))
        return {
            name: draft.settle(origin_of(settings, draft.piece, file, raw_sha256))
            for name, draft in drafts.items()
        }
    finally:
        for draft in drafts.values():
            draft.discard()


class _Draft:
    """A Parquet file in the making, beside its place."""

    def __init__(self, settings: Settings, piece: Piece) -> None:
        self.settings, self.piece = settings, piece
        self.place = piece.place(settings)
        self.temporary = self.place.with_name(f".{self.place.name}.draft")
        self.findings: list[str] = []
        self.rows = 0
        self._writer: Any = None

    def append(self, rows: pa.Table, partition: str | None) -> None:
        """Give rows their types and write them."""
        import pyarrow as pa

        if partition != self.piece.partition:
            raise AssertionError(f"parser of {self.piece.source.name} gave partition {partition}")
        typed, found = conform.conform(self.piece.table, self.piece.vintage, rows, self.rows + 1)
        self.findings += [finding for finding in found if finding not in self.findings]
        if self.findings:
            return
        added = {VINTAGE_COLUMN: pa.array([self.piece.vintage] * len(typed), pa.string())}
        if self.piece.table.partitioned:
            added[PARTITION_COLUMN] = pa.array([self.piece.partition] * len(typed), pa.string())
        added[ROW_COLUMN] = pa.array(range(self.rows + 1, self.rows + len(typed) + 1), pa.int64())
        for name, column in added.items():
            typed = typed.append_column(name, column)
        self.rows += len(typed)
        self._open(typed.schema).write_table(typed, row_group_size=_ROW_GROUP)

    def _open(self, schema: pa.Schema) -> Any:
        import pyarrow.parquet as pq

        if self._writer is None:
            self.temporary.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.temporary, schema, compression="zstd", version="2.6")
        return self._writer

    def close(self) -> list[str]:
        """Finish the file and look at it as a whole; returns all findings."""
        if self._writer is not None:
            self._writer.close()
        elif not self.findings:
            self.findings.append("no rows")
        if not self.findings:
            self.findings += drift.findings(
                drift.connection_of_thread(),
                self.temporary,
                self.piece.table,
                self.piece.vintage,
                self.settings.channel,
            )
        return [f"{self.piece.table.name}: {finding}" for finding in self.findings]

    def settle(self, origin: dict[str, Any]) -> int:
        """Put the file in its place, then its receipt."""
        receipt = origin | {
            "rows": self.rows,
            "columns": list(self.piece.table.columns_of(self.piece.vintage)),
            "bytes": self.temporary.stat().st_size,
            "parquet_sha256": storage.sha256_of(self.temporary),
        }
        with storage.replacing(self.place) as ready:
            self.temporary.replace(ready)
        storage.write_json(storage.lake_receipt_path(self.place), receipt)
        return self.rows

    def discard(self) -> None:
        """Remove what is left of the draft."""
        if self._writer is not None:
            self._writer.close()
        self.temporary.unlink(missing_ok=True)


def _refused(source: Source, file: SourceFile, found: list[str], has_last: bool) -> MobilityError:
    listed = "".join(f"\n            - {finding}" for finding in found)
    stays = "the last good version stays in the lake" if has_last else "nothing of it is in the lake"
    return MobilityError(
        f"The file does not look as its record says; {stays}.",
        where=f"{source.name}, vintage {file.vintage}: {file.official_name}",
        expected=f"tables {', '.join(file.tables)} as declared in orchestration/sources/{source.name}.py",
        found=f"{len(found)} finding{'s' if len(found) > 1 else ''}{listed}",
        remedy="if the file is broken, fetch it again; if the agency changed it, change record and parser",
    )


def attach(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Give a warehouse the schema `lake`: one relation for every table of every source.

    A relation is a view over the Parquet files of all vintages, or an empty table with the declared
    columns. `lake.run_context` has one row and says of which channel all this is.

    Raises:
        MobilityError: a lake file is not what its receipt says, or belongs to the other channel.
    """
    from orchestration.sources import SOURCES

    connection.execute("begin")
    connection.execute("drop schema if exists lake cascade")
    connection.execute("create schema lake")
    connection.execute("create table lake.run_context (channel varchar not null)")
    # No parameters here: binding one makes DuckDB import pandas, which takes longer than all the rest.
    connection.execute(f"insert into lake.run_context values ({drift.literal(settings.channel)})")
    for source in SOURCES.values():
        for table in source.tables:
            name = drift.quote(f"{source.name}__{table.name}")
            connection.execute(f"create {_relation(settings, source, table, name)}")
    connection.execute("commit")


def _relation(settings: Settings, source: Source, table: Table, name: str) -> str:
    present = list(present_pieces(settings, source, table))
    extra = {VINTAGE_COLUMN: "VARCHAR"}
    if table.partitioned:
        extra[PARTITION_COLUMN] = "VARCHAR"
    columns = table.columns | extra | {ROW_COLUMN: "BIGINT"}
    if not present:
        declared = ", ".join(f"{drift.quote(column)} {kind}" for column, kind in columns.items())
        return f"table lake.{name} ({declared})"
    held = {column for _, receipt in present for column in receipt["columns"]} | set(extra) | {ROW_COLUMN}
    selected = ", ".join(
        f"{drift.quote(column) if column in held else 'null'}::{kind} as {drift.quote(column)}"
        for column, kind in columns.items()
    )
    files = ", ".join(drift.literal(str(piece.place(settings))) for piece, _ in present)
    return f"view lake.{name} as select {selected} from read_parquet([{files}], union_by_name = true)"


def present_pieces(
    settings: Settings, source: Source, table: Table
) -> Iterator[tuple[Piece, dict[str, Any]]]:
    """The lake files of a table that exist, with their receipts, after checking that they belong here."""
    for vintage, partition in source.pieces(table):
        piece = Piece(source, table, vintage, partition)
        if piece.place(settings).exists():
            yield piece, _checked_receipt(settings, piece)


def _checked_receipt(settings: Settings, piece: Piece) -> dict[str, Any]:
    place = piece.place(settings)
    receipt = piece.receipt(settings)
    problem = None
    if receipt is None:
        problem = "it has no receipt"
    elif receipt["channel"] != settings.channel:
        problem = f"its receipt is of the {receipt['channel']} channel"
    elif storage.sha256_of(place) != receipt["parquet_sha256"]:
        problem = "its content is not the one of its receipt"
    if problem is None and receipt is not None:
        return receipt
    raise MobilityError(
        "A file lies in the lake that ingestion did not put there.",
        where=str(place),
        expected=f"a file of the {settings.channel} channel, with {foreign_states_text(settings.channel)}",
        found=problem,
        remedy="delete it and its .json and run again; files enter by a mirror, the inbox or the network",
    )
