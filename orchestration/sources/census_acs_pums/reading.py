"""Reads microdata archives as a stream: unzipped, parsed and typed block by block.

A national archive of persons is 2.3 GB of text; at any time only a few megabytes of it are in memory.
Only the columns of the layout are converted. Members are read one piece ahead of whoever takes the pieces,
two at a time where an archive has several: their pieces come in turns, always the same ones. Rows of a
national archive are handed over state by state. A value that does not fit its type stops the fast reader
without saying where, so the file is then read once more, as text, to name the row.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn

from orchestration.base import progress
from orchestration.base.errors import MobilityError
from orchestration.base.states import FIPS_OF_POSTAL, NATION, POSTAL_OF_FIPS
from orchestration.sources.census_acs_pums import layouts as layouts
from orchestration.sources.census_acs_pums.layouts import Layout
from orchestration.sources.model import Parsed, SourceFile
from orchestration.sources.reading import archives, inflating

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK = 1 << 20
_MEMBERS_AT_ONCE = 2
_ROWS_A_PIECE = 1 << 16
_TOLD_EVERY = 32 << 20
_ZIP_MAGIC = b"PK"


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """Rows of one archive, or of its member alone, with the lake's columns and types."""
    kind: layouts.Kind = "persons" if "persons" in file.tables else "housing_units"
    layout = Layout(kind, file.vintage)
    with path.open("rb") as handle:
        zipped = handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    if not zipped:
        # Some copies are the member alone, without its archive.
        whole = _Member(file.official_name, path.stat().st_size, partial(_opened_alone, path))
        yield from _in_turns(file, layout, [whole])
        return
    with archives.opened(file, path) as archive:
        members = []
        for info in _members(file, layout, archive):
            archives.refuse_unreadable(file, info)
            name = f"{file.official_name}, member {info.filename}"
            members.append(_Member(name, info.file_size, partial(inflating.stream, archive, info)))
        for first in range(0, len(members), _MEMBERS_AT_ONCE):
            yield from _in_turns(file, layout, members[first : first + _MEMBERS_AT_ONCE])


def _in_turns(file: SourceFile, layout: Layout, members: list[_Member]) -> Iterator[Parsed]:
    """What members hold, a piece of each in turn, each member read by a thread of its own."""
    with ThreadPoolExecutor(len(members), thread_name_prefix="microdata") as hands:
        reading = [_parted(file, layout, _pieces(layout, member)) for member in members]
        ahead = [(one, hands.submit(copy_context().run, _next, one)) for one in reading]
        while ahead:
            one, coming = ahead.pop(0)
            if (piece := coming.result()) is not None:
                ahead.append((one, hands.submit(copy_context().run, _next, one)))
                yield piece


def _next(pieces: Iterator[Parsed]) -> Parsed | None:
    return next(pieces, None)


def _opened_alone(path: Path) -> IO[bytes]:
    return path.open("rb")


@dataclass(frozen=True)
class _Member:
    """A CSV file inside an archive, or alone: its place in words, its size, and how to open it."""

    where: str
    size: int
    open: Callable[[], IO[bytes]]


def _members(file: SourceFile, layout: Layout, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    postal = file.partition or NATION
    present = {info.filename.rsplit("/", 1)[-1].lower(): info for info in archive.infolist()}
    names = layout.members(postal, FIPS_OF_POSTAL.get(postal, ""))
    for spelling in names:
        if all(name in present for name in spelling):
            return [present[name] for name in spelling]
    raise MobilityError(
        "A zip archive lacks a member.",
        where=f"{file.official_name}, vintage {file.vintage}",
        expected=" or ".join(" and ".join(spelling) for spelling in names),
        found=", ".join(sorted(present)) or "nothing",
        remedy="fetch the file again; if the agency renamed the member, change "
        "orchestration/sources/census_acs_pums/layouts.py",
    )


class _Told:
    """A member being read, which tells the display of a run how far it is."""

    closed = False

    def __init__(self, stream: IO[bytes], member: _Member) -> None:
        self.stream, self.member = stream, member
        self.done = self.told = 0
        self.tell = progress.of("reading")

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        block = self.stream.read(size)
        self.done += len(block)
        if self.done - self.told >= _TOLD_EVERY:
            self.told = self.done
            self.tell(self.done >> 20, self.member.size >> 20, f"{self.member.where} (MiB)")
        return block


def _header(stream: IO[bytes], where: str) -> list[str]:
    line = stream.readline().decode("utf-8-sig", "replace").strip()
    if not line:
        more = bool(stream.read(1))
        raise MobilityError(
            "The file does not begin with its header." if more else "The file is empty.",
            where=where,
            expected="a header line and rows",
            found="a blank first line" if more else "no first line",
            remedy="fetch the file again",
        )
    return next(csv.reader([line]))


def _pieces(layout: Layout, member: _Member) -> Iterator[pa.Table]:
    """Typed rows of one member, in pieces of a size that suits Parquet."""
    import pyarrow as pa

    with member.open() as stream:
        header = _header(stream, member.where)
        names = layout.resolve(header, member.where)
        waiting, count = [], 0
        told = _Told(stream, member)
        try:
            for batch in _batches(told, header, layout, list(names)):
                waiting.append(batch)
                count += batch.num_rows
                if count >= _ROWS_A_PIECE:
                    yield _completed(_in_one(waiting), layout, names)
                    waiting, count = [], 0
        except pa.ArrowInvalid as error:
            if told.done == 0:
                return  # a header alone; Arrow calls that an error, a part of an archive may be so
            _explain(layout, member, error)
        if waiting:
            yield _completed(_in_one(waiting), layout, names)


def _in_one(batches: list[pa.RecordBatch]) -> pa.Table:
    """A table of one chunk a column: whatever is done to it later is done once and not once a batch."""
    import pyarrow as pa

    return pa.Table.from_batches(batches).combine_chunks()


def _explain(layout: Layout, member: _Member, error: pa.ArrowInvalid) -> NoReturn:
    """Read once more, as text, and tell what the fast reader could not read."""
    import pyarrow as pa

    row = 1
    with member.open() as stream:
        header = _header(stream, member.where)
        names = layout.resolve(header, member.where)
        try:
            for batch in _batches(stream, header, layout, list(names), text=True):
                for name, column in names.items():
                    _refuse_misfit(layout, member, column, batch.column(name), row)
                row += batch.num_rows
        except pa.ArrowInvalid as ragged:
            raise MobilityError(
                "A line is not a row of the file.",
                where=f"{member.where}, after data row {row - 1:,}",
                expected=f"{len(header)} fields in every line",
                found=str(ragged).partition(": ")[2][:200] or str(ragged)[:200],
                remedy="fetch the file again: it may be cut off",
            ) from ragged
    raise error


def _refuse_misfit(layout: Layout, member: _Member, column: str, texts: pa.Array, first_row: int) -> None:
    import pyarrow as pa

    from orchestration.sources.conform import arrow_type

    stored = arrow_type(layout.columns()[column])
    if not pa.types.is_integer(stored):
        return
    for number, text in enumerate(texts.to_pylist()):
        if not text:
            continue
        try:
            pa.scalar(text).cast(stored)
        except pa.ArrowInvalid:
            raise MobilityError(
                "A value is no whole number.",
                where=f"{member.where}, data row {first_row + number:,}, column {column}",
                expected=f"a whole number ({stored}) or nothing",
                found=repr(text),
                remedy="fetch the file again; if the agency changed the column, change "
                "orchestration/sources/census_acs_pums/layouts.py",
            ) from None


def _batches(
    stream: Any, header: list[str], layout: Layout, included: list[str], *, text: bool = False
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    from orchestration.sources.conform import arrow_type

    kinds = {name: arrow_type(layout.columns()[name.strip().upper()]) for name in included}
    yield from arrow_csv.open_csv(
        stream,
        # One thread where rows are counted: only then does the reader number them.
        read_options=arrow_csv.ReadOptions(use_threads=not text, block_size=_BLOCK, column_names=header),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(included, pa.string()) if text else kinds,
            include_columns=included,
            null_values=[""],
            strings_can_be_null=not text,
        ),
    )


def _completed(rows: pa.Table, layout: Layout, names: dict[str, str]) -> pa.Table:
    """The lake's columns in their order: codes padded, columns of other vintages without values."""
    import pyarrow as pa

    from orchestration.sources.conform import arrow_type

    rows = rows.rename_columns(list(names.values()))
    present = set(rows.column_names)
    columns = {}
    for name, stored in layout.columns().items():
        if name not in present:
            columns[name] = pa.nulls(rows.num_rows, arrow_type(stored))
        elif name.startswith("PUMA"):
            columns[name] = _padded(rows.column(name), 5, layouts.NOT_APPLICABLE_PUMA)
        elif name in ("ST", "STATE"):
            columns[name] = _padded(rows.column(name), 2)
        else:
            columns[name] = rows.column(name)
    return pa.table(columns)


def _padded(codes: pa.ChunkedArray, width: int, no_code: tuple[str, ...] = ()) -> pa.ChunkedArray:
    """Codes with the zeros in front that older files leave out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if no_code:
        codes = pc.if_else(pc.is_in(codes, value_set=pa.array(no_code)), pa.scalar(None, pa.string()), codes)
    return pc.utf8_lpad(codes, width=width, padding="0")


def _parted(file: SourceFile, layout: Layout, pieces: Iterator[pa.Table]) -> Iterator[Parsed]:
    """Pieces under their partition: that of the file, or those of the states whose rows they hold."""
    row = 0
    for rows in pieces:
        state = rows.column("ST") if rows.column("ST").null_count < len(rows) else rows.column("STATE")
        for code in sorted(state.unique().to_pylist(), key=str):
            postal = POSTAL_OF_FIPS.get(code)
            if postal is None or postal not in (file.partitions or (file.partition,)):
                _refuse_state(file, state, code, row)
            yield layout.kind, postal, _of_state(rows, state, code)
        row += len(rows)


def _of_state(rows: pa.Table, state: pa.ChunkedArray, code: str) -> pa.Table:
    import pyarrow.compute as pc

    here = pc.equal(state, code)
    return rows if pc.all(here).as_py() else rows.filter(here)


def _refuse_state(file: SourceFile, state: pa.ChunkedArray, code: str | None, row: int) -> NoReturn:
    if file.partition:
        expected = f"{FIPS_OF_POSTAL[file.partition]} ({file.partition.upper()})"
    else:
        expected = f"one of {len(file.partitions)} states"
    number = row + 1 + state.to_pylist().index(code)
    raise MobilityError(
        "A row is of another state.",
        where=f"{file.official_name}, vintage {file.vintage}, data row {number:,}",
        expected=f"ST or STATE {expected}",
        found="no code" if code is None else code,
        remedy="fetch the file again; it may have been saved under another state's name",
    )
