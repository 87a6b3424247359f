"""How the agencies' programs write numbers, tables and archives.

Three programs made Urban's result files, and each leaves its mark: R's readr writes bare text and 17
digits, base R quotes text and stops at 15 digits, Stata writes `.5` for a half. Nothing here depends
on the clock, the locale or the order of a dictionary.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile, ZipInfo

FIXED_TIME = (2026, 1, 1, 0, 0, 0)

Value = float | int | str | None


def readr(number: float) -> str:
    """A number as `readr::write_csv` prints it: shortest text that reads back equal, `6.2e-4`."""
    if number == int(number):
        return str(int(number))
    if abs(number) >= 1e-3:
        return repr(number)
    digits, _, exponent = f"{number:.16e}".partition("e")
    for places in range(17):
        short = f"{number:.{places}e}"
        if float(short) == number:
            digits, _, exponent = short.partition("e")
            break
    return f"{digits}e{int(exponent)}"


def base_r(number: float) -> str:
    """A number as `write.csv` prints it: at most 15 digits."""
    return f"{number:.15g}"


def stata(number: float) -> str:
    """A number as Stata exports it: eight digits, no zero before the point."""
    text = f"{number:.8g}"
    if text.startswith("0."):
        return text[1:]
    return "-" + text[2:] if text.startswith("-0.") else text


NUMBERS = {"readr": readr, "base_r": base_r, "stata": stata}


def cell(value: Value, style: str, missing: str) -> str:
    """One cell of a CSV file, quoted as the program would quote it."""
    if value is None:
        return missing
    if isinstance(value, str):
        needs = style == "base_r" or "," in value
        return f'"{value}"' if needs else value
    return str(value) if isinstance(value, int) else NUMBERS[style](value)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    style: str,
    missing: str = "NA",
    line_end: str = "\n",
) -> str:
    """A whole CSV file as one of the three programs writes it."""
    first = [f'"{name}"' if style == "base_r" else name for name in columns]
    lines = [",".join(first)]
    lines += [",".join(cell(value, style, missing) for value in row) for row in rows]
    return line_end.join(lines) + line_end


def pages(address: str, rows: Sequence[dict[str, Value]], size: int = 400) -> bytes:
    """An answer of the Education Data Portal in pages, one a line, each of which names the next one."""
    starts = range(0, len(rows), size)
    addresses = [address, *(f"{address}?page={number}" for number in range(2, len(starts) + 1))]
    found = [
        {
            "count": len(rows),
            "next": addresses[at + 1] if at + 1 < len(starts) else None,
            "previous": addresses[at - 1] if at else None,
            "results": list(rows[start : start + size]),
        }
        for at, start in enumerate(starts)
    ]
    return "".join(json.dumps(page, separators=(",", ":")) + "\n" for page in found).encode()


def header(official_name: str) -> tuple[str, ...]:
    """All columns of a microdata file that was seen, from `headers.csv`."""
    with (Path(__file__).parent / "headers.csv").open(encoding="utf-8", newline="") as rows:
        return next(
            tuple(row["columns"].split())
            for row in csv.DictReader(rows)
            if row["official_name"] == official_name
        )


def put(path: Path, content: bytes) -> None:
    """Write a file, compressed with a fixed time stamp if its name ends in `.gz`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        content = gzip.compress(content, compresslevel=9, mtime=0)
    path.write_bytes(content)


def workbook(sheets: dict[str, Sequence[Sequence[Value]]]) -> bytes:
    """An Excel workbook with the same bytes each time: no clock in the properties or the archive."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    moment = datetime(*FIXED_TIME)
    book.properties.created = moment
    book.properties.modified = moment
    buffer = io.BytesIO()
    book.save(buffer)
    return _same_archive(buffer.getvalue(), moment)


def _same_archive(content: bytes, moment: datetime) -> bytes:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in sorted(old.namelist()):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, body)
            info = ZipInfo(name, FIXED_TIME)
            info.compress_type = 8
            info.create_system = 3
            new.writestr(info, body, compresslevel=9)
    return out.getvalue()
