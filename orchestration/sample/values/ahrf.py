"""Primary care physicians of the invented state; the data set of each release as a CSV file in a zip."""

from __future__ import annotations

import io
import zipfile

from orchestration.sample.areas import STATE, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.world import World
from orchestration.sample.writing import FIXED_TIME, Value, table
from orchestration.sources.ahrf import LAYOUTS
from orchestration.sources.model import SourceFile


def physicians(world: World, area: Area, year: int) -> int:
    """Physicians of a county."""
    cell = Cell(world, area, year)
    return round(cell.people * (0.0007 + 0.0003 * area.wealth + 0.0001 * cell.wobble("doctors")))


def content(world: World, file: SourceFile) -> bytes:
    """Both releases still have the old code of the county that has a new one since 2020."""
    columns = [column.name for column in LAYOUTS.columns_of("county", file.vintage)]
    rows: list[list[Value]] = []
    for code, area in world.areas("county", 2019):
        rows.append([STATE, code, *(physicians(world, area, 2000 + int(name[-2:])) for name in columns[2:])])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        name = file.official_name.removesuffix(".zip")
        info = zipfile.ZipInfo(f"{name}/ahrf{file.vintage[-4:]}.csv", FIXED_TIME)
        info.create_system = 3
        archive.writestr(info, table(columns, rows, "readr").encode("latin-1"))
    return out.getvalue()
