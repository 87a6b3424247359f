"""Invented twins of an agency's files, made from the layouts of the source.

A file has the columns, header rows, sheets, members and encodings that its layout says, for the areas of the
invented state. Values come from `orchestration.sample.values` where they must make sense together, else from
what the layout knows of a column: what kind of thing it holds, its code, its labels, its range.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.sample import values
from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME, Area, County
from orchestration.sample.world import World
from orchestration.sample.writing import FIXED_TIME, Value, pages, table, workbook
from orchestration.sources.model import Source, SourceFile
from orchestration.sources.reading.layout import Layout, LayoutColumn, marked

Rows = Iterable[dict[str, Value]]
IDS_AN_AREA = 2
"""How many things with a code of their own (a school district, an agency) each county has."""
_GAPS = 0.1
"""Share of the cells without a value, where a column may have such."""


@dataclass(frozen=True)
class Style:
    """How an agency's program writes a text file."""

    line_end: str = "\n"
    mark: bytes = b""
    missing: str = ""


def content(world: World, source: Source, file: SourceFile) -> bytes:
    """The invented file."""
    module: Any = values.of(source.name)
    if hasattr(module, "content"):
        return bytes(module.content(world, file))
    if source.layouts is None:
        raise MobilityError(
            "A source has no invented twin.",
            where=f"{source.name}/{file.vintage}/{file.official_name}",
            expected=f"layouts in its record, or orchestration/sample/values/{source.name}.py with `content`",
            found="neither",
            remedy="write what this agency would deliver for the invented state (docs/sample.md)",
        )
    if file.paged:
        (name,) = file.tables
        return pages(
            file.url or "", list(_rows(module, world, file, name, source.layouts.layout(file, name)))
        )
    style = module.style(file) if hasattr(module, "style") else Style()
    layouts = {name: source.layouts.layout(file, name) for name in file.tables}
    grids = {
        name: _grid(layout, _rows(module, world, file, name, layout), style)
        for name, layout in layouts.items()
    }
    first = next(iter(layouts.values())).file
    if first.format_of(first.member or file.official_name) == "workbook":
        packed = workbook({layouts[name].file.sheet or name[:31]: grid for name, grid in grids.items()})
        return _zipped({first: packed}) if first.member else packed
    made = {layouts[name].file: _text(layouts[name], grid, style) for name, grid in grids.items()}
    return _zipped(made) if first.member else next(iter(made.values()))


def absent(source: Source) -> dict[str, str]:
    """Files that the agency would not deliver for this state, and why."""
    return dict(getattr(values.of(source.name), "ABSENT", {}))


def _rows(module: Any, world: World, file: SourceFile, name: str, layout: Layout) -> Rows:
    if hasattr(module, "rows"):
        return list(module.rows(world, file, name))
    return list(plain_rows(world, file, layout))


# --- form -----------------------------------------------------------------------------------------


def _grid(layout: Layout, rows: Rows, style: Style) -> list[list[Value]]:
    """Header, labels and rows, each column where the layout wants it."""
    places = _positions(layout)
    width = max(places.values()) + 1
    header: list[Value] = [f"other {number}" for number in range(1, width + 1)]
    labels: list[Value] = [None] * width
    for column in layout.columns:
        at = places.get(column.name)
        if at is not None:
            header[at] = column.headers[0]
            labels[at] = column.row.label[0] if column.row.label else column.headers[0]
    wanted = layout.file.header_row
    above = wanted - 1 if isinstance(wanted, int) else 1
    grid: list[list[Value]] = [[f"Title {line + 1}", *[None] * (width - 1)] for line in range(above)]
    grid += [header, *[labels] * layout.file.label_rows]
    for row in rows:
        cells: list[Value] = [None] * width
        for name, at in places.items():
            cells[at] = row.get(name)
        grid.append(cells)
    return grid


def _positions(layout: Layout) -> dict[str, int]:
    """Where each column stands: by its letter, or one after the other; of a choice the first spelling."""
    chosen: dict[str, str] = {}
    places: dict[str, int] = {}
    for column in layout.columns:
        group, _, spelling = column.row.choice.partition(":")
        if group and chosen.setdefault(group, spelling.split("|")[0]) not in spelling.split("|"):
            continue
        at = column.row.number_of_position
        places[column.name] = len(places) if at is None else at
    return places


def _text(layout: Layout, grid: list[list[Value]], style: Style) -> bytes:
    kind = layout.file.format_of(layout.file.member or layout.file.named)
    if kind == "stata":
        return _stata(grid)
    header, *rows = grid
    names = ["" if name is None else str(name) for name in header]
    text = table(names, rows, "readr", style.missing, style.line_end)
    if kind == "tsv":
        text = text.replace(",", "\t")
    return style.mark + text.encode("latin-1" if layout.file.encoding == "latin-1" else "utf-8")


def _stata(grid: list[list[Value]]) -> bytes:
    import pandas as pd

    header, *rows = grid
    columns = {str(name): [row[at] for row in rows] for at, name in enumerate(header)}
    frame = pd.DataFrame(
        {
            name: [("" if cell is None else str(cell)) for cell in cells]
            if any(isinstance(cell, str) for cell in cells)
            else pd.Series(cells, dtype="float64")
            for name, cells in columns.items()
        }
    )
    out = io.BytesIO()
    frame.to_stata(out, write_index=False, version=118, time_stamp=datetime(*FIXED_TIME))
    return out.getvalue()


def _zipped(members: dict[Any, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for facts, body in members.items():
            name = facts.filled(facts.member.split("|")[0]).replace("*", "x")
            info = zipfile.ZipInfo(name, FIXED_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(info, body)
    return out.getvalue()


# --- plain values ---------------------------------------------------------------------------------


def plain_rows(world: World, file: SourceFile, layout: Layout) -> Iterator[dict[str, Value]]:
    """A row for each area, each label of the other keys, and each of the area's things with a code."""
    keys = [column for column in layout.columns if column.row.key]
    labels = {column.name: _labels(column, file) for column in keys}
    others = [[(name, label) for label in found] for name, found in labels.items() if found]
    numbers = range(IDS_AN_AREA if any(_is_id(column) for column in keys) else 1)
    year = _year(file.vintage)
    for (code, area), number in product(_areas(world, keys, year), numbers):
        for combination in product(*others):
            given = dict(combination)
            key = (file.vintage, layout.file.table, area.key, number, *given.values())
            yield {
                column.name: given[column.name]
                if column.name in given
                else _value(world, column, area, code, year, number, key)
                for column in layout.columns
            }


def _year(vintage: str) -> int:
    """The year of the frame that a vintage belongs to; one in the middle for vintages without a year."""
    return int(vintage[:4]) if vintage[:4].isdigit() else 2018


_OF_PLACES = {"place", "place_geoid", "place_name"}
_OF_COUNTIES = {"county", "county_geoid", "county_name", "name"}


def _areas(world: World, keys: list[LayoutColumn], year: int) -> list[tuple[str, Area]]:
    """The areas that have a row; one, if the key names none."""
    kinds = {column.row.holds for column in keys}
    if kinds & _OF_PLACES:
        return world.areas("place", year)
    counties = world.areas("county", year)
    return counties if kinds & _OF_COUNTIES or any(_is_id(column) for column in keys) else counties[:1]


def _is_id(column: LayoutColumn) -> bool:
    """A key with a code that is no area of the frame."""
    return bool(column.row.code_length) and not column.row.holds and not column.row.labels


def _labels(column: LayoutColumn, file: SourceFile) -> list[str]:
    """The values of a key that has few of them."""
    return [marked(label, file.vintage) for label in column.row.labels]


def _value(
    world: World, column: LayoutColumn, area: Area, code: str, year: int, number: int, key: tuple[object, ...]
) -> Value:
    row = column.row
    if row.holds in _HELD:
        return _coded(column, _HELD[row.holds](area, code, year))
    if row.code_length:
        running = f"{int(code):03d}{number + 1:02d}"
        return _coded(column, (STATE + running if row.holds_state else running).ljust(row.code_length, "0"))
    always = row.key or row.filled or len(row.labels) == 1
    if not always and world.draws.chance(_GAPS, "gap", *key, column.name):
        return (row.or_code or row.missing or (None,))[0]
    if row.labels:
        labels = [marked(label, str(key[0])) for label in row.labels]
        return labels[int(world.draws.uniform(*key, column.name) * len(labels))]
    if row.type == "VARCHAR" and not row.or_code:
        return f"{column.name} of {area.name}".replace(",", "")
    low, high = (0.0, 100.0) if row.lowest is None or row.highest is None else (row.lowest, row.highest)
    drawn = world.draws.between(low, high, *key, column.name)
    return round(drawn, 4) if row.type in ("DOUBLE", "VARCHAR") else int(drawn)


def _coded(column: LayoutColumn, text: str) -> Value:
    """A code as the agency writes it: without its zeros where it loses them."""
    width = column.row.code_length
    if width and text.isdigit():
        text = text[:width].zfill(width)
        return int(text) if column.row.zeros != "kept" else text
    return int(text) if column.row.type != "VARCHAR" and text.isdigit() else text


def _named(area: Area, code: str, year: int) -> str:
    return area.name_in(year) if isinstance(area, County) else area.name


_HELD: dict[str, Callable[[Area, str, int], str]] = {
    "state": lambda area, code, year: STATE,
    "state_name": lambda area, code, year: STATE_NAME,
    "state_postal": lambda area, code, year: STATE_LETTERS,
    "county": lambda area, code, year: code,
    "county_geoid": lambda area, code, year: STATE + code,
    "county_name": _named,
    "place": lambda area, code, year: code,
    "place_geoid": lambda area, code, year: STATE + code,
    "place_name": _named,
    "year": lambda area, code, year: str(year),
    "name": _named,
}
