"""Air: percent ranks of EPA's tracts by pandas, means over residents."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from tests.independent.census import Lines, answer, places_of_tracts
from tests.independent.files import Files, Row, table

VINTAGES = {2014: "2010-2014", 2018: "2014-2018", 2019: "2015-2019"}
HAZARDS = ("respiratory", "cancer", "neurological")
NAMES = {
    "cancer": ("cancerrisk", "CancerRisk"),
    "respiratory": ("resphi", "RespHI"),
    "neurological": ("neurhi", "NeurHI"),
}
Part = tuple[float, int, float | None, list[tuple[str, str]]]
"""Share of the tract in the area, residents, rank, the kinds it belongs to."""


def cells(files: Files) -> pd.DataFrame:
    """Counties and places of three years, all tracts and kinds of them."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        ranks = _ranks(files, year)
        residents = answer(files, vintage, year, "b03002", "tract")
        poverty = answer(files, vintage, year, "b17001", "tract")
        places = places_of_tracts(files, year)
        areas: dict[tuple[str, str], list[Part]] = defaultdict(list)
        for code, people in residents.items():
            known = (people["B03002_001E"], ranks.get(code), _kinds(people, poverty[code]))
            areas["county", code[:5]].append((1.0, *known))
            for place, share in places.get(code, ()):
                areas["place", place].append((share, *known))
        for (level, geoid), parts in areas.items():
            if (geoid, year) in files.people:
                rows += _of_area(level, geoid, year, parts)
    return table(rows)


def _ranks(files: Files, year: int) -> dict[str, float]:
    joined: pd.DataFrame | None = None
    for hazard in HAZARDS:
        old, new = NAMES[hazard]
        name = f"nata2014v2_national_{old}" if year == 2014 else f"{year}_National_{new}"
        path = files.mirror / f"epa_air_toxics/{year}/{name}_by_tract_srcgrp.xlsx"
        sheet = pd.read_excel(path, dtype={"Tract": str})
        (total,) = (column for column in sheet.columns if column.startswith("Total "))
        own = sheet.set_index("Tract")[[total]].set_axis([hazard], axis="columns")
        joined = own if joined is None else joined.join(own, how="inner")
    assert joined is not None
    tracts = joined[~joined.index.str.endswith("000000")]
    clean = -((tracts - tracts.mean()) / tracts.std()).sum(axis="columns").round(9)
    percent = (clean.rank(method="min") - 1) / (len(clean) - 1)
    return {str(code): float(round(100 * part)) for code, part in percent.items()}


def _kinds(people: Lines, poverty: Lines) -> list[tuple[str, str]]:
    kinds = [("all", "All"), ("race-share", "All"), ("income", "All")]
    everyone = people["B03002_001E"]
    if everyone:
        color = (everyone - people["B03002_003E"]) / everyone
        name = "Neighborhoods of color" if color >= 0.6 else "Mixed neighborhoods"
        kinds.append(("race-share", name if color > 0.4 else "White neighborhoods"))
    if poverty["B17001_001E"]:
        is_high = poverty["B17001_002E"] / poverty["B17001_001E"] >= 0.4
        kinds.append(("income", "High-Poverty" if is_high else "Not High-Poverty"))
    return kinds


def _of_area(level: str, geoid: str, year: int, parts: list[Part]) -> list[Row]:
    rows: list[Row] = []
    for kind in dict.fromkeys(kind for *_, kinds in parts for kind in kinds):
        own = [(share * people, rank) for share, people, rank, kinds in parts if kind in kinds]
        ranked = [(weight, rank) for weight, rank in own if rank is not None]
        everyone, reached = sum(weight for weight, _ in own), sum(weight for weight, _ in ranked)
        if not reached:
            continue
        rows.append({
            "geography_type": level, "geoid": geoid, "year": year, "variable": "index_air_hazard",
            "subgroup_type": kind[0], "subgroup": kind[1],
            "value": float(round(sum(weight * rank for weight, rank in ranked) / reached)),
            "lower": None, "upper": None, "quality": 2 if (everyone - reached) / everyone >= 0.05 else 1,
        })  # fmt: skip
    return rows
