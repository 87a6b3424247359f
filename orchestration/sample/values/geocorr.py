"""Geocorr's raw exports: two header rows, quoted text, a blank after the last number, Latin-1.

The place file of 2018 has the fault of the real one: its AFACT2 divides by the people of all places of the
country with the same five digits (`orchestration.sample.crosswalks`).
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS
from orchestration.sample.crosswalks import (
    FRAME_YEAR,
    county_place_overlaps,
    factors,
    place_names,
    tract_place_overlaps,
    zcta_place_overlaps,
)
from orchestration.sample.world import World
from orchestration.sample.writing import Value, readr
from orchestration.sources.geocorr import LAYOUTS
from orchestration.sources.model import SourceFile

ABSENT = {
    "geocorr2022_ct_planning_region_to_place.csv": "holds planning regions, which Connecticut alone has",
    "geocorr2022_puma_2020_planning_regions_2022.csv": "holds planning regions, which Connecticut alone has",
}


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Rows of an export, by column."""
    vintage = table[-4:]
    if table == "county_place_2010":
        for code, county, place, people, afact, afact2 in county_place_overlaps(world, vintage):
            yield {
                "county14": code, "state": STATE, "stab": STATE_LETTERS, "cntyname2": county,
                **_place(world, place), "pop10": people, "afact": afact, "AFACT2": afact2,
            }  # fmt: skip
        return
    if table.startswith("tract_place"):
        for county, tract, place, people, afact, afact2 in tract_place_overlaps(world, vintage):
            yield {
                **_county(world, vintage, county), "cntyname": world.county(county).name,
                "tract": f"{tract[:4]}.{tract[4:]}", "state": STATE, "stab": STATE_LETTERS,
                **_place(world, place), "pop10": people, "pop20": people, "afact": afact, "AFACT2": afact2,
                "afact2": afact2,
            }  # fmt: skip
        return
    if table.startswith("zcta_place"):
        for zcta, place, people, afact, afact2 in zcta_place_overlaps(world, vintage):
            yield {
                "zcta5": zcta, "zcta": zcta, "state": STATE, **_place(world, place), "pop10": people,
                "pop20": people, "afact": afact, "AFACT2": afact2, "afact2": afact2,
            }  # fmt: skip
        return
    target = "county" if table.startswith("puma_county") else "place"
    for puma, area, people, afact, afact2 in factors(world, vintage, target):
        yield {
            "state": STATE, "puma12": puma, "puma22": puma, "stab": STATE_LETTERS,
            **(_county(world, vintage, area) if target == "county" else _place(world, area)),
            "PUMAname": f"Sample PUMA {puma}", "PUMA22name": f"Sample PUMA {puma}", "pop10": people,
            "pop20": people, "afact": afact, "AFACT2": afact2, "afact2": afact2,
        }  # fmt: skip


def _county(world: World, vintage: str, key: str) -> dict[str, Value]:
    county = world.county(key)
    code = STATE + county.code_in(FRAME_YEAR[vintage])
    name = f"{county.name_in(FRAME_YEAR[vintage]).removesuffix(' County')} {STATE_LETTERS}"
    return {"county14": code, "county": code, "cntyname2": name, "CountyName": name}


def _place(world: World, code: str) -> dict[str, Value]:
    names = place_names(world)
    name = f"{names[code]}, {STATE_LETTERS}" if code in names else " "
    known: dict[str, Value] = {"placefp14": code, "place": code, "placenm14": name, "PlaceName": name}
    return known | {"placefp": " ", "placenm": " "}


def content(world: World, file: SourceFile) -> bytes:
    """An export: names, labels, then quoted texts and bare numbers."""
    (table,) = file.tables
    columns = LAYOUTS.columns_of(table, file.vintage)
    lines = [
        ",".join(f'"{column.name}"' for column in columns),
        ",".join(f'"{(column.row.label or (column.name,))[0]}"' for column in columns),
    ]
    for row in rows(world, file, table):
        cells = [row[column.name] for column in columns]
        lines.append(
            ",".join(f'"{cell}"' if isinstance(cell, str) else readr(cell or 0) for cell in cells) + " "
        )
    return ("\n".join(lines) + "\n").encode("latin-1")
