"""A community as a workbook, for those who work in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.files import replacing
from orchestration.base.states import GEOIDFQ_PREFIX
from orchestration.explain.community import unknown_geography, whole_code

_NEWEST = """
    select p.pillar, p.predictor, p.label as metric, p.variable, p.unit, p.year, p.sample, p.value, p.lower,
        p.upper, q.label as quality, coalesce(reason.label, p.missing_reason) as why_missing, p.origin,
        p.deviation_ids
    from place_profile($geoid) as p
    left join quality_labels as q on q.quality = p.quality
    left join missing_reasons as reason using (missing_reason)
    order by p.pillar, p.predictor, p.variable"""
_ALL = """
    select m.variable, v.label as metric, v.unit, m.subgroup_type, m.subgroup, m.year, m.sample, m.value,
        m.lower, m.upper, q.label as quality, m.quality_reason,
        coalesce(reason.label, m.missing_reason) as why_missing, m.origin, m.deviation_ids
    from metric_values as m
    inner join variables as v using (variable)
    left join quality_labels as q on q.quality = m.quality
    left join missing_reasons as reason on reason.missing_reason = m.missing_reason
    where m.geoid = $geoid
    order by m.variable, m.subgroup_type, m.subgroup, m.year, m.sample"""
_DEVIATIONS = """
    select deviation_id, title, published, ours, why
    from deviations
    where deviation_id in (
        select unnest(string_split(deviation_ids, ';')) from metric_values where geoid = $geoid
    )
    order by deviation_id"""
_WIDEST = 60
_Sheet = tuple[list[str], Sequence[Sequence[Any]]]


def write_workbook(release: Path, geoid: str, target: Path) -> None:
    """Write what a release says of a county or place: newest values, all values, deviations, what it is.

    Args:
        release: folder of a release.
        geoid: code of a county (5 digits) or place (7 digits).
        target: the file, ending in `.xlsx`; one of that name is replaced.

    Raises:
        MobilityError: no county or place has this code, or the file cannot be one of that kind.
    """
    if target.suffix.lower() != ".xlsx" or target.is_dir() or not target.absolute().parent.is_dir():
        raise MobilityError(
            "A workbook cannot be written there.",
            where=str(target),
            expected="the name of a file that ends in .xlsx, in a folder that is there",
            remedy="give another name with --xlsx",
        )
    geoid = whole_code(geoid)
    with duckdb.connect(str(release / "mobility.duckdb"), read_only=True) as connection:
        about = _about(connection, release, geoid)
        sheets = {
            name: _read(connection, query, geoid)
            for name, query in (("Newest", _NEWEST), ("All values", _ALL), ("Deviations", _DEVIATIONS))
        }
    with replacing(target) as temporary:
        _save(temporary, {"Newest": sheets.pop("Newest"), **sheets, "About": about})


def _about(connection: duckdb.DuckDBPyConnection, release: Path, geoid: str) -> _Sheet:
    """Which community, which release, and how much of it is computed."""
    found = connection.execute(
        "select geography_type, name, state_name, valid_from, valid_to from geographies where geoid = ?",
        [geoid],
    ).fetchall()
    if not found:
        raise unknown_geography(connection, release, geoid)
    kind, name, state_name, valid_from, valid_to = found[0]
    facts = dict(connection.execute("select fact, value from release_info").fetchall())
    origins = connection.execute(
        "select 'values, ' || origin, count(value) from metric_values where geoid = ? "
        "group by all order by all",
        [geoid],
    ).fetchall()
    rows: list[tuple[Any, ...]] = [
        ("community", f"{name}, {state_name}"),
        ("kind", kind),
        ("geoid", geoid),
        ("geoidfq", GEOIDFQ_PREFIX[kind] + geoid),
        ("valid", f"{valid_from}-{valid_to}"),
        ("channel", facts["channel"]),
        ("release", facts["version"]),
        *origins,
        ("empty cells", "no value; the reason stands in why_missing"),
        ("lower, upper", "bounds, of the 95 % interval where dictionary.csv of the release says so"),
        ("deviation_ids", "known errors that touch the cell, see sheet Deviations"),
        ("cite", "the release by version and channel, and the agencies: CITATION.cff of the release"),
    ]
    return ["fact", "value"], rows


def _read(connection: duckdb.DuckDBPyConnection, query: str, geoid: str) -> _Sheet:
    found = connection.execute(query, {"geoid": geoid})
    return [column[0] for column in found.description or []], found.fetchall()


def _save(path: Path, sheets: dict[str, _Sheet]) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, (header, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for at, width in enumerate(_widths(header, rows), start=1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.append([_cell(sheet, name, Font(bold=True)) for name in header])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    with path.open("wb") as file:
        book.save(file)


def _cell(sheet: Any, value: Any, font: Any = None) -> Any:
    """A cell that holds what it is given: text stays text, also where it looks like a number or formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
    if font is not None:
        cell.font = font
    return cell


def _widths(header: list[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Widths in which most cells can be read."""
    widths = [len(name) for name in header]
    for row in rows:
        widths = [max(old, len(str(value or ""))) for old, value in zip(widths, row, strict=True)]
    return [min(_WIDEST, width + 2) for width in widths]
