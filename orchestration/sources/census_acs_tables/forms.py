"""Reading a table of the ACS in whatever form it came.

- the answer of the interface: JSON, the first row names the columns, codes in columns of their own;
- data.census.gov since 2022 (`<TABLE>-Data.csv`), before that `<TABLE>_data_with_overlays_<time>.csv`, and
  American FactFinder (`..._with_ann.csv`), each a CSV with two rows of header, alone or in its zip;
- the table-based summary file since 2021: a bar between the cells, names like `B03002_E001`.

Columns are found by their names: their order changes inside one file. Rows of other levels are left out.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.base.states import POSTAL_OF_FIPS
from orchestration.sources.census_acs_tables import tracts
from orchestration.sources.census_acs_tables.requests import (
    ASKED,
    LAYOUTS,
    LEVELS,
    Asked,
    census_table_of,
    members,
)
from orchestration.sources.model import Parsed, SourceFile
from orchestration.sources.reading import archives, by_layout, grids, text
from orchestration.sources.reading.layout import Layout

if TYPE_CHECKING:
    import pyarrow as pa

_ZIP_MAGIC = b"PK"
_CODES = {"county": ("state", "county"), "place": ("state", "place"), "tract": ("state", "county", "tract")}
_IDS = ("GEO_ID", "geoid", "NAME")
_SHOWN = 3


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The areas of the table's level; tracts by state.

    Raises:
        MobilityError: the file is not the table, or its areas are not those of the vintage.
    """
    asked = ASKED[file.tables[0]]
    rows = _joined(file, asked, path)
    tracts.check(file, asked.level, rows.column("geoid").to_pylist())
    if not asked.by_state:
        yield asked.table, None, rows
        return
    for postal, of_state in _states(file, rows):
        yield asked.table, postal, of_state


def _joined(file: SourceFile, asked: Asked, path: Path) -> pa.Table:
    """The lines of all tables of the Census Bureau that belong to one of ours, by area."""
    layout = LAYOUTS.layout(file, asked.table)
    with path.open("rb") as handle:
        zipped = handle.read(len(_ZIP_MAGIC)) == _ZIP_MAGIC
    if not zipped:
        return _read(file, asked, layout, path.read_bytes(), file.official_name)
    found: pa.Table | None = None
    with archives.opened(file, path) as archive:
        for name in asked.census_tables:
            info = _member(file, archive, members(name, file.vintage))
            archives.refuse_unreadable(file, info)
            part = _read(file, asked, _of(layout, name), archive.read(info), info.filename)
            found = part if found is None else _beside(file, found, part, info.filename)
    assert found is not None
    return found.select([column.name for column in layout.columns])


def _of(layout: Layout, census_table: str) -> Layout:
    """The part of a layout that stands in one table of the Census Bureau."""
    columns = tuple(
        column
        for column in layout.columns
        if column.name in _IDS or census_table_of(column.headers[0]) in (census_table, "HC01", "HC02")
    )
    return Layout(layout.file, columns, layout.place)


def _member(file: SourceFile, archive: zipfile.ZipFile, names: tuple[str, ...]) -> zipfile.ZipInfo:
    return grids.member_of(file, archive, "|".join(names))


def _beside(file: SourceFile, left: pa.Table, right: pa.Table, member: str) -> pa.Table:
    """Two tables of the same areas, side by side."""
    if sorted(left.column("GEO_ID").to_pylist()) != sorted(right.column("GEO_ID").to_pylist()):
        raise MobilityError(
            "The tables of an archive do not have the same areas.",
            where=f"{file.official_name}, vintage {file.vintage}, member {member}",
            expected=f"the {len(left)} areas of the member before it",
            found=f"{len(right)} areas",
            remedy="fetch the tables again in one download",
        )
    ordered = left.sort_by("GEO_ID"), right.sort_by("GEO_ID")
    joined = ordered[0]
    for name in ordered[1].column_names:
        if name not in _IDS:
            joined = joined.append_column(name, ordered[1].column(name))
    return joined


def _read(file: SourceFile, asked: Asked, layout: Layout, content: bytes, name: str) -> pa.Table:
    """One table in one form, with `geoid`; areas of other levels left out."""
    where = f"{file.official_name}" + ("" if name == file.official_name else f", member {name}")
    where = f"{where}, vintage {file.vintage}"
    said = text.decoded(content, "utf-8", where)
    start = said.lstrip()[:1]
    if start == "[":
        grid, labels = grids.of_rows(where, _answer(said, asked, where)), 0
    elif start in "<{" or said.lstrip().lower().startswith("error"):
        raise _no_table(where, said)
    elif "|" in said.split("\n", 1)[0]:
        grid, labels = grids.of_text(where, said, "|"), 0
    else:
        grid, labels = grids.of_text(where, said, ","), 1
    facts = layout.file.model_copy(update={"label_rows": labels})
    rows = by_layout.read_grid(file, grid, Layout(facts, layout.columns, layout.place))
    return _of_level(where, asked, rows)


def _no_table(where: str, said: str) -> MobilityError:
    return MobilityError(
        "What the interface answered is no table.",
        where=where,
        expected="rows of a table: JSON, CSV or the summary file",
        found=repr(said.strip()[:120]),
        remedy="ask again later with a key (MOBILITY_CENSUS_API_KEY): without one, and above a number of "
        "requests a day, the Census Bureau answers with a page",
    )


def _answer(said: str, asked: Asked, where: str) -> list[list[str]]:
    """The rows of an answer of the interface, with the area's identifier if it has none."""
    try:
        rows = json.loads(said)
    except json.JSONDecodeError as error:
        raise MobilityError(
            "The answer of the interface is cut off or damaged.",
            where=f"{where}, line {error.lineno}",
            expected="a whole array of rows in JSON",
            found=f"{error.msg} after {len(said):,} characters, which end with {said[-40:]!r}",
            remedy="fetch it again",
        ) from error
    if not rows or not all(isinstance(row, list) for row in rows):
        raise _no_table(where, said)
    header, *body = [["" if cell is None else str(cell) for cell in row] for row in rows]
    ragged = next((number for number, row in enumerate(body, start=1) if len(row) != len(header)), None)
    if ragged is not None:
        raise MobilityError(
            "Rows of the answer do not have as many cells as its first row.",
            where=f"{where}, data row {ragged}",
            expected=f"{len(header)} cells",
            found=f"{len(body[ragged - 1])}",
            remedy="fetch it again",
        )
    if "GEO_ID" in header:
        return [header, *body]
    missing = [code for code in _CODES[asked.level] if code not in header]
    if missing:
        raise MobilityError(
            "The answer does not say which areas its rows are of.",
            where=f"{where}, row 1",
            expected=f"the columns {', '.join(_CODES[asked.level])}, or GEO_ID",
            found=f"without {', '.join(missing)}",
            remedy=f"ask for={asked.level}:*, as the address in the record does",
        )
    places = [header.index(code) for code in _CODES[asked.level]]
    prefix = f"{LEVELS[asked.level]}0000US"
    return [
        ["GEO_ID", *header],
        *([prefix + "".join(row[place] for place in places), *row] for row in body),
    ]


def _of_level(where: str, asked: Asked, rows: pa.Table) -> pa.Table:
    """Rows of the table's level, with the digits of their identifier."""
    import pyarrow.compute as pc

    ids = pc.utf8_trim_whitespace(rows.column("GEO_ID"))
    kept = rows.filter(pc.starts_with(ids, f"{LEVELS[asked.level]}0000US"))
    if not len(kept):
        levels = sorted({text[:3] for text in ids.to_pylist()})
        raise MobilityError(
            f"The file has no {asked.level}.",
            where=where,
            expected=f"rows whose GEO_ID begins with {LEVELS[asked.level]}0000US",
            found=f"{len(rows)} rows of level {', '.join(levels[:_SHOWN]) or 'none'}",
            remedy=f"fetch the table again, for {asked.level} areas",
        )
    digits = pc.replace_substring_regex(kept.column("GEO_ID"), pattern=r"^\s*\w+US|\s+$", replacement="")
    return kept.set_column(kept.column_names.index("geoid"), "geoid", digits)


def _states(file: SourceFile, rows: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Rows by postal code of their state; a state's file must have no other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = pc.utf8_slice_codeunits(rows.column("geoid"), 0, 2)
    found = sorted(set(codes.to_pylist()))
    if file.partition:
        others = [code for code in found if POSTAL_OF_FIPS.get(code) != file.partition]
        if others:
            raise MobilityError(
                "The file of a state has tracts of other states, or codes that lost their zeros.",
                where=f"{file.official_name}, vintage {file.vintage}",
                expected=f"codes of {file.partition.upper()} with 11 digits",
                found=", ".join(
                    repr(geoid)
                    for geoid in rows.column("geoid").to_pylist()
                    if POSTAL_OF_FIPS.get(geoid[:2]) != file.partition
                ).split(", ", _SHOWN)[0],
                remedy="fetch the table of this state, and open it in no spreadsheet program",
            )
    for code in found:
        postal = POSTAL_OF_FIPS.get(code)
        if postal is not None:
            yield postal, rows.filter(pc.equal(codes, pa.scalar(code)))


def basename(name: str) -> str:
    """Name of a member without folders."""
    return PurePosixPath(name).name
