"""Reading a file by its layout: any text file, workbook, member of a zip or Stata file becomes text columns.

Columns are found by their names, whatever the case and the blanks in them, in the row where the layout
expects the header. Nothing is guessed: a header in another row, a column that is missing, doubled or under
two names, a line of another length is told with file, row and column, what was expected and what stands
there. What comes out has the lake's column names; types and everything else are checked afterwards.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.base.errors import MobilityError
from orchestration.sources.model import SourceFile
from orchestration.sources.reading import grids
from orchestration.sources.reading.layout import Layout, LayoutColumn

if TYPE_CHECKING:
    import pyarrow as pa

_SEARCHED = 30
"""Rows in which a header is looked for where it may stand anywhere, or to say where it stands instead."""
_SHOWN = 8


@dataclass(frozen=True)
class _Header:
    """Where the header stands, and at which position each column of the layout is."""

    row: int
    names: list[str]
    places: dict[str, int]


def read(file: SourceFile, path: Path, layout: Layout) -> pa.Table:
    """The table of a file, as text under the lake's names, in the layout's order.

    Raises:
        MobilityError: the file is not as the layout says.
    """
    return read_grid(file, grids.opened(file, path, layout.file), layout)


def read_grid(file: SourceFile, grid: grids.Grid, layout: Layout) -> pa.Table:
    """The table of a grid that was opened elsewhere; else as `read`."""
    header = _header(file, grid, layout)
    first_data = header.row + layout.file.label_rows
    if layout.file.label_rows:
        _check_labels(file, grid, layout, header)
    read_columns = grid.columns(sorted(set(header.places.values())), len(header.names), first_data)
    return _named(layout, header, read_columns)


def find_header(file: SourceFile, grid: grids.Top, layout: Layout) -> tuple[int, list[str], dict[str, int]]:
    """For parsers that stream: number of the header's row, its names, the position of each of our columns.

    Raises:
        MobilityError: the header or its columns are not as the layout says.
    """
    found = _header(file, grid, layout)
    return found.row, found.names, found.places


def find_columns(layout: Layout, names: list[str], where: str) -> dict[str, int]:
    """The same for names without a header row: keys of an answer.

    Raises:
        MobilityError: the columns are not those of the layout.
    """
    return _places(where, layout, names)


def _same(name: str) -> str:
    """A name without regard to case and blanks."""
    return " ".join(name.split()).casefold()


def _header(file: SourceFile, grid: grids.Top, layout: Layout) -> _Header:
    top = grid.top(_SEARCHED)
    wanted = layout.file.header_row
    where = [wanted - 1] if isinstance(wanted, int) else range(len(top))
    for row in where:
        if row < len(top) and _looks_right(layout, top[row]):
            return _Header(row + 1, top[row], _places(f"{grid.where}, row {row + 1}", layout, top[row]))
    raise _no_header(file, grid, layout, top)


def _looks_right(layout: Layout, names: Sequence[str]) -> bool:
    """Whether a row has at least half of the names that the layout must have."""
    present = {_same(name) for name in names if name.strip()}
    needed = [c for c in layout.columns if not c.row.presence and (c.row.header or not c.row.position)]
    met = 0
    for column in needed:
        at = column.row.number_of_position
        there = present if at is None else {_same(name) for name in names[at : at + 1]}
        met += bool(there & {_same(header) for header in column.headers})
    return bool(present) and 2 * met >= len(needed)


def _no_header(file: SourceFile, grid: grids.Top, layout: Layout, top: list[list[str]]) -> MobilityError:
    wanted = layout.file.header_row
    elsewhere = next((row for row, names in enumerate(top, start=1) if _looks_right(layout, names)), None)
    names = ", ".join(column.headers[0] for column in layout.columns[:_SHOWN])
    more = f" and {len(layout.columns) - _SHOWN} more" if len(layout.columns) > _SHOWN else ""
    at = wanted if isinstance(wanted, int) else 1
    if elsewhere is not None:
        found = f"it in row {elsewhere}; row {at} holds {_row_shown(top, at)}"
        remedy = "fetch the file again; if the agency moved its header, set header_row in files.csv"
    else:
        found = f"row {at} holds {_row_shown(top, at)}"
        remedy = "fetch the file again: its header may be lost; if the agency renamed the columns, add their "
        remedy += "new names to layouts.csv"
    return MobilityError(
        "The header is not where the layout expects it.",
        where=f"{grid.where}, row {at}",
        expected=f"the header {names}{more}"
        + ("" if isinstance(wanted, int) else f", within the first {_SEARCHED} rows"),
        found=found,
        remedy=remedy,
    )


def _row_shown(top: list[list[str]], row: int) -> str:
    cells = top[row - 1] if row <= len(top) else []
    if not any(cell.strip() for cell in cells):
        return "nothing"
    return ", ".join(repr(cell) for cell in cells[:_SHOWN]) + (", ..." if len(cells) > _SHOWN else "")


def _places(where: str, layout: Layout, names: list[str]) -> dict[str, int]:
    """Position of each column that the file has."""
    positions: dict[str, list[int]] = {}
    for position, name in enumerate(names):
        positions.setdefault(_same(name), []).append(position)
    findings: list[str] = []
    places: dict[str, int] = {}
    for column in layout.columns:
        found = _found(column, names, positions, findings)
        if found is not None:
            places[column.name] = found
    findings += _choices(layout, places)
    taken = set(places.values())
    unknown = [name for position, name in enumerate(names) if position not in taken and name.strip()]
    missing = [c for c in layout.columns if c.name not in places and not c.row.presence and not c.row.choice]
    if layout.file.other_columns == "refuse":
        findings += [f"column {name} is unknown to the layout" for name in unknown]
    findings = [_missed(column, unknown) for column in missing] + findings
    if findings:
        raise MobilityError(
            "The columns are not those of the layout.",
            where=where,
            expected=f"the columns of {layout.place}",
            found=_listed(findings),
            remedy="fetch the file again; if the agency changed its columns, change or add them there "
            "(docs/sources.md)",
        )
    return places


def _found(
    column: LayoutColumn, names: list[str], positions: dict[str, list[int]], findings: list[str]
) -> int | None:
    """Where a column stands; what is odd about it goes to the findings."""
    accepted = list(dict.fromkeys(_same(header) for header in column.headers))
    at = column.row.number_of_position
    if at is not None:
        said = names[at] if at < len(names) else ""
        if column.row.header and _same(said) not in accepted:
            findings.append(
                f"column {column.row.position} must be {' or '.join(column.headers)}, it is {said or 'empty'}"
            )
        return at if at < len(names) else None
    present = [name for name in accepted if name in positions]
    if len(present) > 1:
        findings.append(f"column {column.name} stands under {len(present)} names: {', '.join(present)}")
    if any(len(positions[name]) > 1 for name in present):
        findings.append(f"column {column.headers[0]} stands twice")
    return positions[present[0]][0] if present else None


def _missed(column: LayoutColumn, unknown: list[str]) -> str:
    """Says which column is missing, and which unknown one may be it under a new name."""
    name = " or ".join(column.headers)
    if column.row.position:
        return f"column {column.row.position} ({column.name}) is missing"
    lowered = {other.lower(): other for other in unknown}
    near = difflib.get_close_matches(column.headers[0].lower(), lowered, n=1, cutoff=0.6)
    return f"column {name} is missing" + (f", {lowered[near[0]]} is new: renamed?" if near else "")


def _choices(layout: Layout, places: dict[str, int]) -> list[str]:
    """A column whose name changed is a choice of spellings, of which a file has exactly one."""
    groups: dict[str, dict[str, list[str]]] = {}
    for column in layout.columns:
        if column.row.choice:
            group, _, spelling = column.row.choice.partition(":")
            for one in (spelling or column.name).split("|"):
                groups.setdefault(group, {}).setdefault(one, []).append(column.name)
    findings = []
    for spellings in groups.values():
        present = {name for names in spellings.values() for name in names if name in places}
        if not any(present == set(names) for names in spellings.values()):
            either = " or ".join(" and ".join(names) for names in spellings.values())
            findings.append(f"expected {either}, found {' and '.join(sorted(present)) or 'neither'}")
    return findings


def _listed(findings: list[str]) -> str:
    if len(findings) == 1:
        return findings[0]
    shown = "".join(f"\n            - {finding}" for finding in findings[:_SHOWN])
    more = f"\n            and {len(findings) - _SHOWN} more" if len(findings) > _SHOWN else ""
    return f"{len(findings)} findings{shown}{more}"


def _check_labels(file: SourceFile, grid: grids.Grid, layout: Layout, header: _Header) -> None:
    """The first row of labels must say what the layout says of it."""
    top = grid.top(header.row + 1)
    labels = top[header.row] if len(top) > header.row else []
    for column in layout.columns:
        at = header.places.get(column.name)
        if not column.row.label or at is None:
            continue
        said = labels[at] if at < len(labels) else ""
        if _same(said) not in {_same(label) for label in column.row.label}:
            raise MobilityError(
                "The row below the header is not the row of labels.",
                where=f"{grid.where}, line {header.row + 1}, column {column.headers[0]}",
                expected=" or ".join(column.row.label),
                found=said or "nothing",
                remedy=f"fetch the file again, as the record of the source says{_form(file)}",
            )


def _form(file: SourceFile) -> str:
    return f": {file.form_settings}" if file.form_settings else ""


def _named(layout: Layout, header: _Header, read_columns: dict[int, pa.ChunkedArray]) -> pa.Table:
    """Columns under the lake's names; those that the file leaves out are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    named = {
        column.name: read_columns[header.places[column.name]]
        for column in layout.columns
        if column.name in header.places
    }
    rows = len(next(iter(named.values()))) if named else 0
    if len(named) < len(layout.columns):
        empty = pa.chunked_array([pa.repeat("", rows)])
        named = {column.name: named.get(column.name, empty) for column in layout.columns}
    if layout.file.trim:
        named = {name: pc.utf8_trim(values, " ") for name, values in named.items()}
    for column in layout.columns:
        if column.row.zeros == "restored" and column.row.code_length:
            named[column.name] = _restored(named[column.name], column.row.code_length)
    table = pa.table(named)
    if layout.file.rows_have:
        table = table.filter(pc.not_equal(pc.utf8_trim_whitespace(table.column(layout.file.rows_have)), ""))
    return table


def _restored(codes: pa.ChunkedArray, length: int) -> pa.ChunkedArray:
    """Codes with the zeros that a spreadsheet program took from them; other texts as they are."""
    import pyarrow.compute as pc

    digits = pc.match_substring_regex(codes, "^[0-9]+$")
    return pc.if_else(digits, pc.utf8_lpad(codes, width=length, padding="0"), codes)
