"""Establishments by county or ZIP code in the three forms in which the Census Bureau gives them.

- the text files `cbpYYco.txt` and `zbpYYdetail.txt`, alone or in their zips: as `layouts.csv` says;
- data.census.gov: a CSV with two rows of header (`...-Data.csv`, alone or in a zip), several rows an industry
  from 2017 on, one for each size and legal form: `EMPSZES` and `LFO` 001 are all of them;
- the answer of the interface: JSON, the first row names the columns.

The two last are brought under the text files' names of their columns, whatever the file is called.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.sources.model import Parsed, SourceFile
from orchestration.sources.reading import archives, by_layout, grids, text
from orchestration.sources.reading.layout import Layout, Layouts

if TYPE_CHECKING:
    import pyarrow as pa

_ZIP_MAGIC = b"PK"
_LEVELS = {"county": "050", "zip": "86"}
_AREAS = {"county": ("fipstate", "fipscty"), "zip": ("zip",)}
_CODES = {"county": (("state", "county"),), "zip": (("zip code",), ("zipcode",))}
_ALL = {"LFO": "001", "EMPSZES": "001"}
_TOTAL = "------"


def parse(layouts: Layouts, file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The rows of a file, in whatever form it came.

    Raises:
        MobilityError: the file is in none of the forms, or has no industries of six digits.
    """
    (table,) = file.tables
    other = _other_form(file, path) if table in _LEVELS else None
    if other is None:
        yield from layouts.parse(file, path)
        return
    where, said = other
    grid = grids.of_rows(where, _renamed(table, where, _cells(said, where)))
    layout = layouts.layout(file, table)
    facts = layout.file.model_copy(update={"label_rows": 0})
    rows = by_layout.read_grid(file, grid, Layout(facts, layout.columns, layout.place))
    _refuse_sectors(where, rows)
    yield table, None, rows


def _other_form(file: SourceFile, path: Path) -> tuple[str, str] | None:
    """Where and what the text is, if it is not one of the text files."""
    where = f"{file.official_name}, vintage {file.vintage}"
    with path.open("rb") as handle:
        start = handle.read(len(_ZIP_MAGIC))
    if start == _ZIP_MAGIC:
        with archives.opened(file, path) as archive:
            if not any(name.endswith("-Data.csv") for name in archive.namelist()):
                return None
            info: zipfile.ZipInfo = grids.member_of(file, archive, "*-Data.csv")
            archives.refuse_unreadable(file, info)
            where, content = f"{where}, member {info.filename}", archive.read(info)
    else:
        content = path.read_bytes()
    first = content[:4096].decode("latin-1").removeprefix("\u00ef\u00bb\u00bf").lstrip()
    if not (first[:1] in "[<{" or first.lower().startswith("error") or "GEO_ID" in first.split("\n", 1)[0]):
        return None
    return where, text.decoded(content, "utf-8", where)


def _cells(said: str, where: str) -> list[list[str]]:
    """Header and rows; the labels below the header are left out."""
    start = said.lstrip("\ufeff \n")[:1]
    if start == "[":
        try:
            rows = json.loads(said)
        except json.JSONDecodeError as error:
            raise MobilityError(
                "The answer of the interface is cut off or damaged.",
                where=f"{where}, line {error.lineno}",
                expected="a whole array of rows in JSON",
                found=f"{error.msg} after {len(said):,} characters",
                remedy="fetch it again",
            ) from error
        return [["" if cell is None else str(cell) for cell in row] for row in rows]
    if start in "<{" or said.lstrip().lower().startswith("error"):
        raise MobilityError(
            "What the interface answered is no table.",
            where=where,
            expected="rows of a table: JSON, CSV or the agency's text file",
            found=repr(said.strip()[:120]),
            remedy="ask again later, with a key",
        )
    grid = grids.of_text(where, said, ",")
    (header,) = grid.top(1)
    names = [name for name in header if name.strip()]
    columns = grid.columns(range(len(names)), len(header), 2)
    return [names, *map(list, zip(*(columns[place].to_pylist() for place in range(len(names))), strict=True))]


def _renamed(table: str, where: str, rows: list[list[str]]) -> list[list[str]]:
    """Rows of all sizes and legal forms, under the names of the text file."""
    header, *body = rows
    places = {name.strip().strip("\ufeff").lower(): place for place, name in enumerate(header)}
    naics = next((place for name, place in places.items() if re.fullmatch(r"naics\d{4}", name)), None)
    area = _area(table, places)
    if naics is None or area is None or "estab" not in places:
        raise MobilityError(
            "The table lacks columns.",
            where=f"{where}, row 1",
            expected="GEO_ID or the codes of the area, NAICS2012 or NAICS2017, ESTAB",
            found=", ".join(header),
            remedy="ask for them; the addresses stand in the record's description",
        )
    kept: list[list[str]] = []
    for row in body:
        if all(row[places[name.lower()]] == code for name, code in _ALL.items() if name.lower() in places):
            codes = _codes(table, [row[place] for place in area])
            if codes is not None:
                kept.append(
                    [*codes, _TOTAL if row[naics] in ("00", "0") else row[naics], row[places["estab"]]]
                )
    return [[*_AREAS[table], "naics", "est"], *kept]


def _area(table: str, places: dict[str, int]) -> list[int] | None:
    if "geo_id" in places:
        return [places["geo_id"]]
    for names in _CODES[table]:
        if all(name in places for name in names):
            return [places[name] for name in names]
    return None


def _codes(table: str, cells: list[str]) -> tuple[str, ...] | None:
    """The codes of the area; none for a row of another level."""
    if len(cells) == 1 and "US" in cells[0]:
        level, _, digits = cells[0].partition("US")
        if not level.startswith(_LEVELS[table]):
            return None
        return (digits[:2], digits[2:]) if table == "county" else (digits,)
    return tuple(cells)


def _refuse_sectors(where: str, rows: pa.Table) -> None:
    """A table of sectors alone looks like one in which every association is withheld."""
    if not any(re.fullmatch(r"\d{6}", code or "") for code in rows.column("naics").to_pylist()):
        found = sorted({str(code) for code in rows.column("naics").to_pylist()})
        raise MobilityError(
            "The table has no industries of six digits.",
            where=where,
            expected="rows for codes such as 813110",
            found=", ".join(found[:8]) or "no row of all sizes and legal forms",
            remedy="choose the codes of six digits, or all codes, before the download",
        )
