"""Writing the lake: a table is drafted beside its place, checked, and renamed if nothing was found.

Files whose tables belong together (the people and the homes of a state) are drafted together, and a
partition enters the lake with all of them or with none. A collective file has a draft for every
partition; one bad partition does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.settings import Settings
from orchestration.ingest import drift
from orchestration.ingest.lake import Piece, origin_of, wanted_pieces
from orchestration.sources import conform
from orchestration.sources.model import PARTITION_COLUMN, ROW_COLUMN, VINTAGE_COLUMN, Source, SourceFile
from orchestration.sources.reading import faults
from orchestration.storage import lake_files, raw_store

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_WAITING = 3 * drift.ROW_GROUP


@dataclass
class Written:
    """What became of files that were written together, by file name."""

    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    refused: dict[str, MobilityError] = field(default_factory=dict)
    held_back: dict[str, str] = field(default_factory=dict)


def write(settings: Settings, source: Source, files: Sequence[tuple[SourceFile, str]]) -> Written:
    """Parse raw files, check them, and put their tables into the lake.

    Args:
        settings: which channel, where.
        source: the source of all the files.
        files: with the hash of their raw content; they enter together, partition by partition.

    Returns:
        Rows of what entered, and errors with all findings of what did not; of that, the lake is as it was.
    """
    drafts = {
        (piece.table.name, piece.partition): _Draft(settings, piece, file, sha256)
        for file, sha256 in files
        for piece in wanted_pieces(settings, source, file)
    }
    written = Written()
    try:
        for file, sha256 in files:
            try:
                _fill(settings, source, file, sha256, drafts)
            except MobilityError as error:
                written.refused[file.name] = error
        _check(settings, drafts.values(), written)
        for file, _ in files:
            _settle(source, file, list(drafts.values()), written)
        return written
    finally:
        for draft in drafts.values():
            draft.discard()


def _fill(
    settings: Settings,
    source: Source,
    file: SourceFile,
    sha256: str,
    drafts: dict[tuple[str, str | None], _Draft],
) -> None:
    raw = raw_store.proved(settings, sha256, file.official_name)
    for name, partition, rows in faults.parsed(source, file, raw):
        draft = drafts.get((name, partition))
        if draft is None:
            if partition in file.partitions:
                continue  # a file of its own brought this partition
            raise AssertionError(f"parser of {source.name} gave table {name}, partition {partition}")
        draft.append(rows)
        if sum(other.waiting_rows for other in drafts.values()) > _MOST_WAITING:
            max(drafts.values(), key=lambda other: other.waiting_rows).flush()


def _check(settings: Settings, drafts: Iterable[_Draft], written: Written) -> None:
    """Look at each table as a whole, then at those that belong to each other."""
    kept = {}
    for draft in drafts:
        if draft.file.name in written.refused:
            draft.findings.append("its file could not be read")
            continue
        draft.close()
        kept[draft.piece.table.name, draft.piece.partition] = draft
    for draft in kept.values():
        for parts, wholes in _related(draft, kept):
            belongs_to = parts.table.belongs_to
            assert belongs_to is not None
            draft.findings += drift.strangers(
                drift.connection_of_thread(),
                _lying(settings, parts, kept),
                _lying(settings, wholes, kept),
                belongs_to,
            )


def _related(draft: _Draft, kept: dict[tuple[str, str | None], _Draft]) -> Iterator[tuple[Piece, Piece]]:
    """Pairs of parts and wholes that this draft must agree with; a pair of two drafts only once."""
    if draft.findings:
        return
    piece, source = draft.piece, draft.piece.source
    for table in source.tables:
        if table.belongs_to is None:
            continue
        parts = Piece(source, table, piece.vintage, piece.partition)
        wholes = Piece(source, source.table(table.belongs_to.table), piece.vintage, piece.partition)
        other = wholes if piece.table == table else parts if piece.table == wholes.table else None
        if other is None:
            continue
        drafted = kept.get((other.table.name, other.partition))
        if drafted is None:
            agrees_with_another = lake_files.is_there(draft.settings, other.name)
        else:
            agrees_with_another = other is wholes and not drafted.findings
        if agrees_with_another:
            yield parts, wholes


def _lying(settings: Settings, piece: Piece, kept: dict[tuple[str, str | None], _Draft]) -> Path:
    draft = kept.get((piece.table.name, piece.partition))
    if draft is not None:
        return draft.temporary
    receipt = piece.receipt(settings)
    return lake_files.local(settings, piece.name, receipt or {"parquet_sha256": ""})


def _settle(source: Source, file: SourceFile, drafts: list[_Draft], written: Written) -> None:
    """Put a file's tables in place, but for partitions in which something was found in any file."""
    bad = {draft.piece.partition for draft in drafts if draft.findings}
    own = [draft for draft in drafts if draft.file is file]
    found = [finding for draft in own for finding in draft.told()]
    if file.name not in written.refused and found:
        written.refused[file.name] = _refused(
            source, file, found, any(lake_files.is_there(d.settings, d.piece.name) for d in own if d.findings)
        )
    rows: dict[str, int] = {}
    for draft in own:
        if draft.piece.partition not in bad:
            rows[draft.piece.table.name] = rows.get(draft.piece.table.name, 0) + draft.settle()
    if not rows and file.name not in written.refused:
        others = ", ".join(sorted({draft.file.official_name for draft in drafts if draft.findings}))
        written.held_back[file.name] = f"held back, because {others} was refused and belongs to it"
    written.rows[file.name] = rows


class _Draft:
    """A Parquet file in the making, beside its place."""

    def __init__(self, settings: Settings, piece: Piece, file: SourceFile, raw_sha256: str) -> None:
        self.settings, self.piece, self.file, self.raw_sha256 = settings, piece, file, raw_sha256
        self.temporary = lake_files.draft(settings, piece.name)
        self.findings: list[str] = []
        self.rows = self.waiting_rows = 0
        self.with_blanks: set[str] = set()
        self._waiting: list[pa.Table] = []
        self._writer: Any = None

    def append(self, rows: pa.Table) -> None:
        """Give rows their types; they are written when there are enough of them for a row group."""
        import numpy as np
        import pyarrow as pa

        typed, found = conform.conform(self.piece.table, self.piece.vintage, rows, self.rows + 1)
        self.findings += [finding for finding in found if finding not in self.findings]
        if self.findings:
            return
        count = len(typed)
        # Arrow counts blanks anyway: of 81 weights none needs to be read again to look for them.
        self.with_blanks.update(name for name in typed.column_names if typed.column(name).null_count)
        added = {VINTAGE_COLUMN: pa.repeat(pa.scalar(self.piece.vintage, pa.string()), count)}
        if self.piece.table.partitioned:
            added[PARTITION_COLUMN] = pa.repeat(pa.scalar(self.piece.partition, pa.string()), count)
        added[ROW_COLUMN] = pa.array(np.arange(self.rows + 1, self.rows + count + 1))
        for name, column in added.items():
            typed = typed.append_column(name, column)
        self.rows += count
        self._waiting.append(typed)
        self.waiting_rows += count
        if self.waiting_rows >= drift.ROW_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._waiting:
            return
        rows = pa.concat_tables(self._waiting)
        if self._writer is None:
            self.temporary.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(self.temporary, rows.schema, **_how_written(rows.schema))
        self._writer.write_table(rows, row_group_size=drift.ROW_GROUP)
        self._waiting, self.waiting_rows = [], 0

    def close(self) -> None:
        """Finish the file and look at it as a whole."""
        self.flush()
        if self._writer is not None:
            self._writer.close()
        elif not self.findings:
            self.findings.append("no rows")
        if not self.findings:
            self.findings += drift.findings(
                drift.connection_of_thread(self.rows),
                self.temporary,
                self.piece.table,
                self.piece.vintage,
                self.settings.channel,
                self.piece.partition,
                frozenset(self.piece.table.columns) - self.with_blanks,
            )

    def told(self) -> list[str]:
        """The findings with the table, and the partition where the file holds several."""
        name = self.piece.table.name
        place = f"{name}, {self.piece.partition}" if self.file.partitions else name
        return [f"{place}: {finding}" for finding in self.findings]

    def settle(self) -> int:
        """Put the file in its place, then its receipt."""
        receipt = origin_of(self.settings, self.piece, self.file, self.raw_sha256) | {
            "rows": self.rows,
            "columns": list(self.piece.table.columns_of(self.piece.vintage)),
            "bytes": self.temporary.stat().st_size,
            "parquet_sha256": sha256_of(self.temporary),
        }
        lake_files.keep(self.settings, self.piece.name, self.temporary, receipt)
        return self.rows

    def discard(self) -> None:
        """Remove what is left of the draft."""
        if self._writer is not None:
            self._writer.close()
        self.temporary.unlink(missing_ok=True)


def _how_written(schema: pa.Schema) -> dict[str, Any]:
    """Numbers of 32 bits and of rows as packed differences, all else but floating numbers with dictionaries.

    Of 81 weights it is as small as dictionaries with zstd, and quicker to write and to read (decision 0102).
    """
    import pyarrow as pa

    packed = [field.name for field in schema if pa.types.is_int32(field.type) or field.name == ROW_COLUMN]
    repeating = [
        field.name for field in schema if field.name not in packed and not pa.types.is_floating(field.type)
    ]
    return {
        "compression": {field.name: "none" if field.name in packed else "zstd" for field in schema},
        "version": "2.6",
        "use_dictionary": repeating,
        "column_encoding": dict.fromkeys(packed, "DELTA_BINARY_PACKED"),
    }


def _refused(source: Source, file: SourceFile, found: list[str], has_last: bool) -> MobilityError:
    listed = "".join(f"\n            - {finding}" for finding in found)
    stays = "the last good version stays in the lake" if has_last else "nothing of it is in the lake"
    return MobilityError(
        f"The file does not look as its record says; {stays}.",
        where=f"{source.name}, vintage {file.vintage}: {file.official_name}",
        expected=f"tables {', '.join(file.tables)} as declared in orchestration/sources/{source.name}",
        found=f"{len(found)} finding{'s' if len(found) > 1 else ''}{listed}",
        remedy="if the file is broken, fetch it again; if the agency changed it, change record and parser",
    )
