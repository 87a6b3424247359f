"""Weekly wages of the invented state: the County High-Level workbook of each year."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_NAME, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.world import World
from orchestration.sample.writing import FIXED_TIME, Value, workbook
from orchestration.sources.bls_qcew import LAYOUTS, SOURCE
from orchestration.sources.model import SourceFile

CLASSES = {
    "Goods Producing": (("5", "101"),),
    "Public Administration": (("1", "10"), ("2", "10"), ("3", "10")),
    "Trade, Transit, Utilities": (("5", "1021"),),
    "Information Services": (("5", "1022"),),
    "Professional Services": (("5", "1023"), ("5", "1024")),
    "Education and Health": (("5", "1025"),),
    "Leisure and Other": (("5", "1026"), ("5", "1027")),
}
"""Class of industries -> its rows: ownership and industry."""
TOTAL = ("0", "10")
ABSENT = {
    file.official_name: "the workbook of the year has the same figures"
    for file in SOURCE.files
    if not file.tables[0].startswith("high_level")
}


def pay(world: World, area: Area, year: int, row: tuple[str, str]) -> tuple[int, int] | None:
    """Weekly wage and establishments of a row, or None where they are not disclosed."""
    industry = next((name for name, members in CLASSES.items() if row in members), "All")
    cell = Cell(world, area, year, industry, tuple(CLASSES))
    people = area.population(year) * cell.weight
    if people < 150:
        return None
    level = 700 + 120 * area.wealth + 25 * (year - 2014) + 15 * cell.wobble("wage")
    wage = cell.shifted(level, 200.0) * world.draws.between(0.95, 1.05, area.key, *row)
    return round(wage), max(1, round(people * 0.024 / len(CLASSES.get(industry, (row,)))))


def content(world: World, file: SourceFile) -> bytes:
    """The workbook of a year in its zip."""
    columns = LAYOUTS.columns_of("high_level", file.vintage)
    grid: list[list[Value]] = [[column.headers[0] for column in columns]]
    grid += [[row[column.name] for column in columns] for row in rows(world, file)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(f"allhlcn{file.vintage[2:]}.xlsx", FIXED_TIME)
        info.create_system = 3
        archive.writestr(info, workbook({"US_St_Cn_MSA": grid}))
    return out.getvalue()


def rows(world: World, file: SourceFile) -> Iterator[dict[str, Value]]:
    """The state, then each county; the new code of a county comes in with 2023."""
    year = int(file.vintage)
    members = [TOTAL, ("5", "10"), ("5", "1029"), *(row for found in CLASSES.values() for row in found)]
    state: Value = f"{STATE}000"
    yield _row(year, str(state), "State", STATE_NAME, TOTAL, (800, 1000))
    for code, area in world.areas("county", year if year >= 2023 else 2019):
        for row in members:
            yield _row(year, STATE + code, "County", area.name, row, pay(world, area, year, row))


def _row(
    year: int, code: str, kind: str, name: str, row: tuple[str, str], figures: tuple[int, int] | None
) -> dict[str, Value]:
    wage, establishments = figures or (0, 1)
    return {
        "Area Code": code,
        "St": code[:2],
        "Cnty": code[2:],
        "Own": row[0],
        "NAICS": row[1],
        "Year": str(year),
        "Qtr": "A",
        "Area Type": kind,
        "St Name": STATE_NAME,
        "Area": name,
        "Ownership": "Total Covered" if row[0] == "0" else "Private" if row[0] == "5" else "Government",
        "Industry": row[1],
        "Annual Average Status Code": None if figures else "N",
        "Annual Average Establishment Count": establishments,
        "Annual Average Employment": establishments * 12 if figures else 0,
        "Annual Average Weekly Wage": wage,
    }
