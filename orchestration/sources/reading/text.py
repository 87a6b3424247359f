"""Readers that parsers share: a text file becomes a table of text, exactly as it stands.

Nothing here knows a source. Types, missing values and checks come later, in
`orchestration.ingest.drift`; a fault that makes a file unreadable (a wrong byte, a ragged line)
is raised here as a `MobilityError` that says in which line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Encoding, SourceFile

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 3


def decode(content: bytes, encoding: Encoding, where: str) -> str:
    """Bytes to text; a byte order mark is dropped.

    `utf-8-or-latin-1` decides line by line, for files that people pasted together from both.
    """
    if encoding == "latin-1":
        _refuse_utf8(content, where)
        return content.decode("latin-1")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if encoding == "utf-8-or-latin-1":
            lines = content.split(b"\n")
            return "\n".join(_decode_line(line) for line in lines).removeprefix("\ufeff")
        line = content.count(b"\n", 0, error.start) + 1
        text = content[max(0, error.start - 20) : error.start + 20].decode("latin-1")
        raise MobilityError(
            "A byte of the file is no UTF-8.",
            where=f"{where}, line {line}",
            expected="UTF-8 text, as declared in the source's record",
            found=f"byte 0x{content[error.start]:02X}, which read as Latin-1 gives {text!r}",
            remedy="fetch the file again; if the agency changed its encoding, declare it in the record",
        ) from error


def _refuse_utf8(content: bytes, where: str) -> None:
    """Refuse UTF-8 where Latin-1 is declared: every byte would be read, and letters like ñ as two others."""
    try:
        if content.isascii() or not content.decode("utf-8"):
            return
    except UnicodeDecodeError:
        return
    place = next(at for at, byte in enumerate(content) if byte > 127)
    line = content.count(b"\n", 0, place) + 1
    raise MobilityError(
        "The text is UTF-8, not Latin-1.",
        where=f"{where}, line {line}",
        expected="Latin-1 text, as declared in the source's record",
        found=repr(content[max(0, place - 20) : place + 20].decode("utf-8", "ignore")),
        remedy="bring the agency's own file; if the agency changed its encoding, declare it in files.csv",
    )


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def read_text(file: SourceFile, path: Path) -> str:
    """The whole file as text, in the record's encoding."""
    return decoded(path.read_bytes(), file.encoding, file.official_name)


def decoded(content: bytes, encoding: Encoding, where: str) -> str:
    """The content of a text file, which must not be blank."""
    if not content.strip():
        raise MobilityError(
            "The file is empty.",
            where=where,
            expected="a header line and rows",
            found=f"{len(content)} bytes without text",
            remedy="fetch the file again",
        )
    return decode(content, encoding, where)


def text_table(
    file: SourceFile, header: Sequence[str], rows: Iterable[Sequence[str]], first_line: int = 2
) -> pa.Table:
    """Rows of text under a header, as an Arrow table of strings.

    Args:
        file: for messages.
        header: column names as the file gives them.
        rows: each as long as the header.
        first_line: number of the line in which the first row stands, for messages.
    """
    import pyarrow as pa

    _refuse_doubled(file, header)
    kept = list(rows)
    ragged = [(first_line + i, len(row)) for i, row in enumerate(kept) if len(row) != len(header)]
    if ragged:
        shown = "; ".join(f"line {line} has {count}" for line, count in ragged[:_SHOWN])
        raise MobilityError(
            "Lines do not have as many fields as the header.",
            where=file.official_name,
            expected=f"{len(header)} fields in every line",
            found=f"{len(ragged)} other lines: {shown}",
            remedy="look at these lines: a cut-off file, or a comma without quotes",
        )
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(header)
    return pa.table(
        {name: pa.array(values, pa.string()) for name, values in zip(header, columns, strict=True)}
    )


def _refuse_doubled(file: SourceFile, header: Sequence[str]) -> None:
    doubled = sorted({name for name in header if list(header).count(name) > 1})
    if doubled:
        raise MobilityError(
            "The header names a column twice.",
            where=f"{file.official_name}, header",
            expected="every column once",
            found=", ".join(doubled),
            remedy="fetch the file again; if the agency changed the layout, change the parser",
        )


def csv_rows(text: str, delimiter: str = ",") -> list[list[str]]:
    """All lines of a CSV text as lists of fields; empty lines are dropped."""
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
