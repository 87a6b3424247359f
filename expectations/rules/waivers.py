"""Waivers: a named failure that a publisher lets through in one release, for a reason, until a day.

They stand in `expectations/waivers.csv`, reviewed like code. A waiver names one rule of one table and, if it
is not for all of them, one part; it excuses at most `cells` failing cells of the one version it names. What a
release *is* cannot be waived: its columns, keys, frame, codes, provenance, and that its tables agree.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.manifests import VERSION

FILE = Path(__file__).resolve().parent.parent / "waivers.csv"
INTEGRITY = frozenset(
    {
        "agrees_with_long_table",
        "areas_of_frame",
        "changes_applied",
        "channel",
        "code_form",
        "codes_are_text",
        "column_types",
        "columns_in_order",
        "control_totals",
        "deviations_exist",
        "frame_complete",
        "frame_size",
        "inputs_known",
        "key_unique",
        "labels",
        "names_of_frame",
        "names_present",
        "not_all_blank",
        "nothing_outside_frame",
        "one_origin_per_series",
        "origin_known",
        "published_as_published",
        "pumas_once",
        "row_count",
        "row_order",
        "series_complete",
        "series_listed",
        "series_of_cell",
    }
)


@dataclass(frozen=True)
class Waiver:
    """One row of the file."""

    waiver_id: str
    version: str
    rule: str
    part: str
    cells: int
    reason: str
    owner: str
    expires: date

    def covers(self, table: str, rule: str, failing: dict[str, int]) -> bool:
        """Whether it excuses these failing parts (name -> cells) of a rule."""
        named = self.rule == f"{table}.{rule}" and (not self.part or set(failing) == {self.part})
        return named and sum(failing.values()) <= self.cells

    @property
    def facts(self) -> dict[str, str | int]:
        """The row as manifest and verdict hold it."""
        return {**asdict(self), "expires": self.expires.isoformat()}


@cache
def read_waivers(path: Path = FILE) -> tuple[Waiver, ...]:
    """Every waiver of the file.

    Raises:
        MobilityError: a row is not complete, or waives what cannot be waived.
    """
    try:
        # Spreadsheets put a mark before the first column.
        content = io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")
    except UnicodeDecodeError as problem:
        raise _wrong(path.name, "UTF-8", str(problem), "save the file as UTF-8") from problem
    rows = csv.reader(content)
    head, columns = next(rows, []), [one.name for one in fields(Waiver)]
    if head != columns:
        found = ", ".join(head) or "nothing"
        raise _wrong(f"{path.name}, line 1", f"the columns {', '.join(columns)}", found, "correct line 1")
    waivers: dict[str, Waiver] = {}
    for row in rows:
        where = f"{path.name}, line {rows.line_num}"
        if not row:
            continue
        if len(row) != len(columns):
            asked = f"{len(columns)} columns; a text with a comma needs quotation marks"
            raise _wrong(where, asked, f"{len(row)} columns", "correct it")
        one = _waiver(dict(zip(columns, map(str.strip, row), strict=True)), where)
        if one.waiver_id in waivers:
            raise _wrong(where, "a waiver_id of its own", f"{one.waiver_id} again", "give it another one")
        waivers[one.waiver_id] = one
    return tuple(waivers.values())


def waivers_of(version: str) -> tuple[Waiver, ...]:
    """The waivers of one release."""
    return tuple(one for one in read_waivers() if one.version == version)


def _waiver(row: dict[str, str], where: str) -> Waiver:
    blank = [
        one.name for one in fields(Waiver) if one.name != "part" and not (row.get(one.name) or "").strip()
    ]
    if blank:
        raise _wrong(where, "every column but part", f"nothing in {', '.join(blank)}", "fill them in")
    if row["rule"].rpartition(".")[2] in INTEGRITY or "." not in row["rule"]:
        raise _wrong(
            where,
            "`table.rule` of a rule about values",
            row["rule"],
            "mend the data: columns, keys, frame, provenance and agreement of tables are never waived",
        )
    if not VERSION.fullmatch(row["version"]):
        raise _wrong(where, "version as YYYY.MM.DD or YYYY.MM.DD.n", row["version"], "correct it")
    try:
        expires, cells = date.fromisoformat(row["expires"]), int(row["cells"])
    except ValueError as problem:
        raise _wrong(
            where, "expires as YYYY-MM-DD, cells as a number", str(problem), "correct it"
        ) from problem
    if cells < 1:
        raise _wrong(where, "cells of at least 1", row["cells"], "say how many cells may fail")
    return Waiver(
        row["waiver_id"],
        row["version"],
        row["rule"],
        row["part"],
        cells,
        row["reason"],
        row["owner"],
        expires,
    )


def _wrong(where: str, expected: str, found: str, remedy: str) -> MobilityError:
    return MobilityError(
        "A waiver cannot be used.", where=where, expected=expected, found=found, remedy=remedy
    )
