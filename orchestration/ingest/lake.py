"""The lake: faithful, typed Parquet for every source, and its attachment to a warehouse.

Each Parquet file has a receipt that says from which raw content, by which parser and under which
record it was made; if none of them changed, nothing is done. How a file is written stands in `drafts`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.base.sql import identifier, literal
from orchestration.ingest.channels import foreign_states_text
from orchestration.sources.model import (
    PARTITION_COLUMN,
    ROW_COLUMN,
    VINTAGE_COLUMN,
    Source,
    SourceFile,
    Table,
)
from orchestration.storage import lake_files

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Piece:
    """One Parquet file of the lake: a table of a source, a vintage and perhaps a partition."""

    source: Source
    table: Table
    vintage: str
    partition: str | None

    @property
    def name(self) -> str:
        """Its name in the lake."""
        return lake_files.parquet_name(self.source.name, self.vintage, self.table.name, self.partition)

    def receipt(self, settings: Settings) -> dict[str, Any] | None:
        """Its receipt, or None if it was never written."""
        return lake_files.receipt(settings, self.name)


def pieces(source: Source, file: SourceFile) -> list[Piece]:
    """What a file may yield."""
    return [
        Piece(source, table, file.vintage, partition)
        for table in map(source.table, file.tables)
        for partition in file.partitions_of(table)
    ]


def wanted_pieces(settings: Settings, source: Source, file: SourceFile) -> list[Piece]:
    """What is taken from a file: of a collective one only what no file of its own brought."""
    if not file.partitions:
        return pieces(source, file)
    return [
        piece
        for piece in pieces(source, file)
        if (receipt := piece.receipt(settings)) is None or receipt.get("file") == file.name
    ]


def _record_hash(piece: Piece, file: SourceFile) -> str:
    """Hash of what the record demands of the vintage."""
    table = piece.table
    record = {
        "table": table.model_dump(
            mode="json", exclude={"description", "vintage_vocabularies", "control_totals"}
        ),
        "labels": table.vintage_vocabularies.get(piece.vintage, {}),
        "totals": [
            total.model_dump(mode="json")
            for total in table.control_totals.get(piece.vintage, ())
            if total.partition in (None, piece.partition)
        ],
        "encoding": file.encoding,
        "members": file.members,
        "form_settings": file.form_settings,
        "layout": file.layout,
    }
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()


def origin_of(settings: Settings, piece: Piece, file: SourceFile, raw_sha256: str) -> dict[str, Any]:
    """The part of a receipt that decides whether a piece is still current."""
    return {
        "channel": settings.channel,
        "source": piece.source.name,
        "vintage": piece.vintage,
        "table": piece.table.name,
        "partition": piece.partition,
        "file": file.name,
        "raw_sha256": raw_sha256,
        "parser_version": piece.source.parser_version,
        "record_sha256": _record_hash(piece, file),
    }


def is_current(
    settings: Settings, source: Source, file: SourceFile, raw_sha256: str
) -> dict[str, int] | None:
    """Rows per table if everything the file yields is in the lake already, else None."""
    rows: Counter[str] = Counter()
    for piece in wanted_pieces(settings, source, file):
        receipt = piece.receipt(settings)
        if receipt is None or not lake_files.holds(settings, piece.name, receipt):
            return None
        if any(
            receipt.get(key) != value for key, value in origin_of(settings, piece, file, raw_sha256).items()
        ):
            return None
        rows[piece.table.name] += int(receipt["rows"])
    return dict(rows)


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
    connection.execute(f"insert into lake.run_context values ({literal(settings.channel)})")
    for source in SOURCES.values():
        for table in source.tables:
            name = identifier(f"{source.name}__{table.name}")
            connection.execute(f"create {_relation(settings, source, table, name)}")
    connection.execute("commit")


def attach_part(
    connection: duckdb.DuckDBPyConnection, settings: Settings, source: Source, vintage: str, partition: str
) -> None:
    """Give a database the schema `lake` with one source, of which only one part is there."""
    connection.execute("create schema lake")
    for table in source.tables:
        name = identifier(f"{source.name}__{table.name}")
        part = Piece(source, table, vintage, partition)
        connection.execute(f"create {_relation(settings, source, table, name, part)}")


def _relation(settings: Settings, source: Source, table: Table, name: str, part: Piece | None = None) -> str:
    present = list(present_pieces(settings, source, table, part))
    extra = {VINTAGE_COLUMN: "VARCHAR"}
    if table.partitioned:
        extra[PARTITION_COLUMN] = "VARCHAR"
    columns = table.columns | extra | {ROW_COLUMN: "BIGINT"}
    if not present:
        declared = ", ".join(f"{identifier(column)} {kind}" for column, kind in columns.items())
        return f"table lake.{name} ({declared})"
    held = {column for _, receipt in present for column in receipt["columns"]} | set(extra) | {ROW_COLUMN}
    selected = ", ".join(
        f"{identifier(column) if column in held else 'null'}::{kind} as {identifier(column)}"
        for column, kind in columns.items()
    )
    files = ", ".join(
        literal(str(lake_files.local(settings, piece.name, receipt))) for piece, receipt in present
    )
    return f"view lake.{name} as select {selected} from read_parquet([{files}], union_by_name = true)"


def present_pieces(
    settings: Settings, source: Source, table: Table, only: Piece | None = None
) -> Iterator[tuple[Piece, dict[str, Any]]]:
    """The lake files of a table that exist, with their receipts, after checking that they belong here."""
    held = set(lake_files.vintages(settings, source.name))
    found = [
        piece
        for piece in (Piece(source, table, *one) for one in source.pieces(table) if one[0] in held)
        if only in (None, piece) and lake_files.is_there(settings, piece.name)
    ]
    hashes = lake_files.hashes(settings, [piece.name for piece in found])
    for piece in found:
        yield piece, _checked_receipt(settings, piece, hashes[piece.name])


def _checked_receipt(settings: Settings, piece: Piece, sha256: str) -> dict[str, Any]:
    receipt = piece.receipt(settings)
    problem = None
    if receipt is None:
        problem = "it has no receipt"
    elif receipt["channel"] != settings.channel:
        problem = f"its receipt is of the {receipt['channel']} channel"
    elif sha256 != receipt["parquet_sha256"]:
        problem = "its content is not the one of its receipt"
    if problem is None and receipt is not None:
        return receipt
    raise MobilityError(
        "A file lies in the lake that ingestion did not put there.",
        where=lake_files.where(settings, piece.name),
        expected=f"a file of the {settings.channel} channel, with {foreign_states_text(settings.channel)}",
        found=problem,
        remedy="delete it and its .json and run again; files enter by a mirror, the inbox or the network",
    )
