"""Files as grids of text: rows and columns, without any knowledge of what they mean.

A grid shows its first rows, so that a header can be found, and then gives whole columns by position. Text
files are read by Arrow, workbooks of every kind by calamine, Stata's files by pandas.
"""

from __future__ import annotations

import csv
import fnmatch
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Protocol

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile
from orchestration.sources.reading import archives, inflating, text, workbooks

if TYPE_CHECKING:
    import _csv

    import pandas as pd
    import pyarrow as pa

    from orchestration.sources.reading.layout import FileRow

_ZIP_MAGIC = b"PK"
_SHOWN = 3
_STATA_ROWS = 200_000
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end, of any kind: what a file opened without translation of line ends gives."""


class Top(Protocol):
    """The beginning of a file: enough to find its header."""

    where: str
    """Name of the file and the part, for messages."""

    def top(self, rows: int) -> list[list[str]]:
        """The first rows, blank ones among them."""
        ...


class Grid(Top, Protocol):
    """A file, or a part of it, as rows of text."""

    def columns(self, positions: Sequence[int], width: int, first: int) -> dict[int, pa.ChunkedArray]:
        """Whole columns of text, from the row with this index on; `width` is that of the header."""
        ...


def opened(file: SourceFile, path: Path, facts: FileRow) -> Grid:
    """The grid that a row of `files.csv` speaks of."""
    with _content(file, path, facts) as (stream, name):
        kind = facts.format_of(name)
        where = file.official_name if name == file.official_name else f"{file.official_name}, member {name}"
        where = f"{where}, vintage {file.vintage}"
        if kind == "stata" and name == file.official_name:
            return _Stata(where, path)  # may be larger than the memory
        content = stream.read()
    if kind == "workbook":
        rows = workbooks.sheet(where, content, facts.sheet)
        return _Rows(where, rows)
    if kind == "stata":
        return _Stata(where, io.BytesIO(content))
    return _Text(where, text.decoded(content, facts.encoding, where), "\t" if kind == "tsv" else ",")


def of_rows(where: str, rows: list[list[str]]) -> Grid:
    """Rows that lie in memory, the header among them."""
    return _Rows(where, rows)


def of_text(where: str, content: str, separator: str) -> Grid:
    """A text with a sign between its cells."""
    return _Text(where, content, separator)


@contextmanager
def _content(file: SourceFile, path: Path, facts: FileRow) -> Iterator[tuple[IO[bytes], str]]:
    """The file, or the member of it that is wanted; a member that came without its archive is taken too."""
    with path.open("rb") as handle:
        zipped = handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    if not facts.member or not zipped:
        if file.official_name.lower().endswith(".zip") and not facts.member:
            raise AssertionError(f"{file.official_name} is an archive: name its member in files.csv")
        with path.open("rb") as handle:
            yield handle, facts.filled(facts.member) if facts.member else file.official_name
        return
    with archives.opened(file, path) as archive:
        info = member_of(file, archive, facts.filled(facts.member))
        archives.refuse_unreadable(file, info)
        with inflating.stream(archive, info) as stream:
            yield stream, info.filename


def member_of(file: SourceFile, archive: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    """The one member whose name without folders fits, whatever its case."""
    fitting = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and any(
            fnmatch.fnmatchcase(PurePosixPath(info.filename).name.lower(), one.lower())
            for one in pattern.split("|")
        )
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = sorted(info.filename for info in (fitting or archive.infolist()))
    raise MobilityError(
        "A zip archive lacks a member." if not fitting else "Several members of a zip archive fit.",
        where=f"{file.official_name}, vintage {file.vintage}",
        expected=f"one member {pattern.replace('|', ' or ')}",
        found=", ".join(names) or "an empty archive",
        remedy="fetch the file again; if the agency renamed the member, change it in files.csv",
    )


class _Rows:
    """A grid that lies in memory row by row: a sheet, a Stata file."""

    def __init__(self, where: str, rows: list[list[str]]) -> None:
        self.where, self._rows = where, rows

    def top(self, rows: int) -> list[list[str]]:
        return self._rows[:rows]

    def columns(self, positions: Sequence[int], width: int, first: int) -> dict[int, pa.ChunkedArray]:
        import pyarrow as pa

        filled = [row for row in self._rows[first:] if any(row)]
        return {
            position: pa.chunked_array([pa.array([row[position] for row in filled], pa.string())])
            for position in positions
        }


class _Text:
    """A text file with a separator."""

    def __init__(self, where: str, content: str, separator: str) -> None:
        self.where, self._content, self._separator = where, content, separator

    def _reader(self) -> _csv.Reader:
        """Rows one after the other; who looks at the top alone need not copy the rest."""
        lines = (line.group() for line in _LINE.finditer(self._content))
        return csv.reader(lines, delimiter=self._separator)

    def top(self, rows: int) -> list[list[str]]:
        return list(islice(self._reader(), rows))

    def columns(self, positions: Sequence[int], width: int, first: int) -> dict[int, pa.ChunkedArray]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        # Rows may hold line ends between quotes; Arrow skips lines.
        reader = self._reader()
        for _ in range(first):
            next(reader, None)
        names = [str(position) for position in range(width)]
        wanted = [names[position] for position in positions]
        try:
            read = arrow_csv.read_csv(
                pa.BufferReader(self._content.encode("utf-8")),
                read_options=arrow_csv.ReadOptions(
                    use_threads=False, column_names=names, skip_rows=reader.line_num
                ),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, delimiter=self._separator),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted, pa.string()),
                    include_columns=wanted,
                    strings_can_be_null=False,
                ),
            )
        except pa.ArrowInvalid:
            return self._slowly(positions, width, first)
        return {position: read.column(names[position]) for position in positions}

    def _slowly(self, positions: Sequence[int], width: int, first: int) -> dict[int, pa.ChunkedArray]:
        """Row by row: finds out which lines are to blame, or that there are no rows at all."""
        import pyarrow as pa

        reader = self._reader()
        rows: list[list[str]] = []
        ragged: list[tuple[int, int]] = []
        for number, row in enumerate(reader):
            if number >= first and row and len(row) == width:
                rows.append(row)
            elif number >= first and row:
                ragged.append((reader.line_num, len(row)))
        if ragged:
            shown = "; ".join(f"line {line} has {count}" for line, count in ragged[:_SHOWN])
            raise MobilityError(
                "Lines do not have as many fields as the header.",
                where=self.where,
                expected=f"{width} fields in every line",
                found=f"{len(ragged)} other lines: {shown}",
                remedy="look at these lines: a cut-off file, or a comma without quotes",
            )
        return {
            position: pa.chunked_array([pa.array([row[position] for row in rows], pa.string())])
            for position in positions
        }


class _Stata:
    """A Stata file under its names; a missing number is empty. Read in pieces, only the columns wanted."""

    def __init__(self, where: str, source: Path | IO[bytes]) -> None:
        self.where, self._source = where, source

    def _pieces(self, columns: list[str] | None, rows: int) -> Iterator[pd.DataFrame]:
        import pandas as pd

        if not isinstance(self._source, Path):
            self._source.seek(0)
        with pd.read_stata(
            self._source,
            columns=columns,
            chunksize=rows,
            convert_categoricals=False,
            convert_missing=False,
        ) as reader:
            yield from reader

    def _names(self) -> list[str]:
        return [str(name) for name in next(self._pieces(None, 1)).columns]

    def top(self, rows: int) -> list[list[str]]:
        first = next(self._pieces(None, rows))
        cells = [[_stata_text(value) for value in row] for row in first.astype(object).values.tolist()]
        return [[str(name) for name in first.columns], *cells][:rows]

    def columns(self, positions: Sequence[int], width: int, first: int) -> dict[int, pa.ChunkedArray]:
        import pyarrow as pa

        names = self._names()
        found: dict[int, list[pa.Array]] = {position: [] for position in positions}
        left_out = first - 1
        for piece in self._pieces([names[position] for position in positions], _STATA_ROWS):
            for position in positions:
                found[position].append(_stata_texts(piece[names[position]].iloc[left_out:]))
            left_out = 0
        return {position: pa.chunked_array(pieces, pa.string()) for position, pieces in found.items()}


def _stata_texts(values: pd.Series[Any]) -> pa.Array:
    """A column as text; whole numbers have no point."""
    import pandas as pd
    import pyarrow as pa

    if values.dtype == object or pd.api.types.is_string_dtype(values.dtype):
        return pa.array([_stata_text(value) for value in values], pa.string())
    # By their distinct values: years, grades and codes repeat.
    codes, numbers = pd.factorize(values, use_na_sentinel=False)
    return pa.array([_stata_text(number) for number in numbers], pa.string()).take(pa.array(codes))


def _stata_text(value: object) -> str:
    if value is None or value != value:
        return ""
    return workbooks.cell_text(value.item() if hasattr(value, "item") else value)
