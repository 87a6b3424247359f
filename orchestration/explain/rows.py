"""Which rows of the input files a number rests on, where the lake that they went into is at hand.

A release names its files. A home that has taken in the same contents has every row of them, so an
explanation can go on to the rows: those of the area, by the columns that the source's record says hold codes
of areas, those of a county's tracts among them; and of files without areas (counts by school district) those
of the things that another file of the cell puts into the area. Of files by state, the one of the cell's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base import seeds
from orchestration.base.settings import Settings
from orchestration.base.sql import identifier, literal
from orchestration.explain.cell import Explanation
from orchestration.ingest.lake import Piece
from orchestration.sources import SOURCES
from orchestration.sources.model import ROW_COLUMN, Table
from orchestration.storage import lake_files

_KIND_OF_PLACE = re.compile(" (city|town|village|CDP|municipality)$")
SHOWN = 5
"""Rows of a table that are named; the others are counted."""


def with_rows(found: Explanation, settings: Settings) -> Explanation:
    """The explanation with the rows of each source, as far as the lake of the home has them."""
    connection = duckdb.connect()
    held = [_held(item, settings, found.cell["geoid"][:2]) for item in found.sources]
    rows: list[list[dict[str, Any]]] = [[] for _ in held]
    codes: dict[int, set[str]] = {}
    for at, pieces in enumerate(held):
        for piece, place in pieces:
            wanted = _of_area(piece, found)
            if wanted:
                rows[at] += _found(connection, piece.table, place, wanted, found.cell, codes)
    for at, pieces in enumerate(held):
        for piece, place in pieces:
            wanted = None if _of_area(piece, found) else _of_things(piece.table, codes)
            if wanted:
                rows[at] += _found(connection, piece.table, place, wanted, found.cell, {})
    sources = [{**item, "rows": told} for item, told in zip(found.sources, rows, strict=True)]
    return replace(found, sources=sources)


def _held(item: dict[str, Any], settings: Settings, state: str) -> list[tuple[Piece, Path]]:
    """The tables of a file in the lake, if made of the very content; of files by state, that of the state.

    Records of a survey are left out: they lie in no area but by a crosswalk.
    """
    source = SOURCES.get(item["source"])
    files = source.files if source else ()
    file = next((f for f in files if (f.vintage, f.name) == (item["vintage"], item["file"])), None)
    if source is None or file is None:
        return []
    held = []
    for table in map(source.table, file.tables):
        piece = Piece(source, table, file.vintage, file.partition if table.partitioned else None)
        if table.partitioned and not (_is_of(file.partition, state) and _tract(piece)):
            continue
        receipt = piece.receipt(settings)
        same = receipt is not None and receipt["raw_sha256"] == item["sha256"]
        if receipt is not None and same and lake_files.holds(settings, piece.name, receipt):
            held.append((piece, lake_files.local(settings, piece.name, receipt)))
    return held


def _is_of(partition: str | None, state: str) -> bool:
    """Whether a partition, a postal code, is that of a state's FIPS code."""
    return any(
        row["state"] == state and row["abbreviation"] == (partition or "").upper()
        for row in seeds.read("states")
    )


def _tract(piece: Piece) -> str | None:
    """The column that holds the codes of tracts."""
    layouts = piece.source.layouts
    if not layouts or not _laid_out(piece):
        return None
    known = layouts.columns_of(piece.table.name, piece.vintage)
    return next((column.name for column in known if column.row.holds == "tract_geoid"), None)


def _of_area(piece: Piece, found: Explanation) -> str | None:
    """The condition that a row is of the cell's area; None if the table does not name such areas."""
    table, kind, geoid = piece.table, found.cell["geography_type"], found.cell["geoid"]
    layouts = piece.source.layouts
    known = layouts.columns_of(table.name, piece.vintage) if layouts and _laid_out(piece) else ()
    holds = {column.row.holds: column.name for column in known if column.row.holds}
    columns = table.columns_of(piece.vintage)
    if kind == "county" and (tract := _tract(piece)):
        return f"left({_code(tract, 11)}, 5) = {literal(geoid)}"
    whole = holds.get(f"{kind}_geoid")
    state, part = holds.get("state"), holds.get(kind)
    if not known:
        state, part = (name if name in columns else None for name in ("state", kind))
        codes = [name for name, code in table.codes.items() if code.length == len(geoid) and name in columns]
        whole = codes[0] if codes and not (state and part) else None
    if state and part:
        of_state, of_part = literal(geoid[:2]), literal(geoid[2:])
        return f"{_code(state, 2)} = {of_state} and {_code(part, len(geoid) - 2)} = {of_part}"
    if whole:
        return f"{_code(whole, len(geoid))} = {literal(geoid)}"
    if kind == "place" and state and "place_name" in holds:
        city = literal(_KIND_OF_PLACE.sub("", found.geography["name"]).lower())
        return (
            f"{_code(state, 2)} = {literal(geoid[:2])} and lower({identifier(holds['place_name'])}) = {city}"
        )
    if "geoid" in columns:
        return f"geoid like {literal('%US' + geoid)}"
    return None


def _laid_out(piece: Piece) -> bool:
    layouts = piece.source.layouts
    return bool(layouts) and piece.table.name in {row.table for row in layouts.files}


def _of_things(table: Table, codes: dict[int, set[str]]) -> str | None:
    """The condition that a row is of something that another table puts into the area."""
    for name in table.key:
        code = table.codes.get(name)
        if code is not None and code.length in codes:
            return f"{_code(name, code.length)} in ({', '.join(map(literal, sorted(codes[code.length])))})"
    return None


def _code(column: str, length: int) -> str:
    return f"lpad({identifier(column)}::varchar, {length}, '0')"


def _found(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    place: Path,
    wanted: str,
    cell: dict[str, Any],
    codes: dict[int, set[str]],
) -> list[dict[str, Any]]:
    """The rows, narrowed to the year and the group where the file has such columns; their codes are noted."""
    rows = f"(select * from read_parquet({literal(str(place))}) where {wanted})"
    names = {column[0] for column in connection.execute(f"describe from {rows}").fetchall()}
    for column, value in (("year", cell["year"]), ("subgroup", cell["subgroup"])):
        if column in names:
            narrowed = f"(select * from {rows} where {column}::varchar = {literal(str(value))})"
            if _count(connection, narrowed):
                rows = narrowed
    things = [
        (name, code.length)
        for name, code in table.codes.items()
        if name in table.key and name in names and code.length not in (2, 3, 5)
    ]
    for name, length in things:
        held = connection.execute(f"select distinct {_code(name, length)} from {rows}").fetchall()
        codes.setdefault(length, set()).update(row[0] for row in held)
    count = _count(connection, rows)
    if not count:
        return []
    first = connection.execute(f"select {ROW_COLUMN} from {rows} order by 1 limit {SHOWN}").fetchall()
    return [{"table": table.name, "count": count, "first": [row[0] for row in first]}]


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    found = connection.execute(f"select count(*) from {rows}").fetchone()
    return int(found[0]) if found else 0
