"""Transit and transportation cost: means of CNT's tracts over households; flags from margins of error."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from math import sqrt

import pandas as pd

from tests.independent.census import CONTROLLED, Lines, answer, places_of_tracts
from tests.independent.files import Files, Row, table

VINTAGES = {2015: "2011-2015", 2019: "2015-2019", 2022: "2018-2022"}
VARIABLES = {"share_transit_commuter": "pct_transit_commuters_80ami", "share_transportation_cost": "t_80ami"}
Part = tuple[float, dict[str, str], Lines, Lines]
"""Share of the tract in the area, CNT's row, residents, housing units."""


def cells(files: Files) -> pd.DataFrame:
    """Counties and places of three years, all tracts and three kinds of them."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        residents = answer(files, vintage, year, "b03002", "tract")
        units = answer(files, vintage, year, "b25001", "tract")
        places = places_of_tracts(files, year)
        areas: dict[tuple[str, str], list[Part]] = defaultdict(list)
        packed = files.member(f"cnt_ht_index/{year}/htaindex_data_tracts_99.zip", ".csv").read().decode()
        for tract in csv.DictReader(io.StringIO(packed)):
            code = tract["tract"].strip('"')
            if float(tract["households"]) > 0:
                areas["county", code[:5]].append((1.0, tract, residents[code], units[code]))
                for place, share in places.get(code, ()):
                    areas["place", place].append((share, tract, residents[code], units[code]))
        incomes = {level: answer(files, vintage, year, "b19013", level) for level in ("county", "place")}
        for (level, geoid), parts in areas.items():
            if (geoid, year) in files.people:
                rows += _of_area(level, geoid, year, parts, incomes[level][geoid])
    return table(rows)


def _kind(residents: Lines) -> str:
    people, white = residents["B03002_001E"], residents["B03002_003E"]
    if people and white / people >= 0.6:
        return "White neighborhoods"
    return "Neighborhoods of color" if people and (people - white) / people >= 0.6 else "Mixed neighborhoods"


def _of_area(level: str, geoid: str, year: int, parts: list[Part], income: Lines) -> list[Row]:
    """The overall series of a place has tracts without residents; nothing else has."""
    lived_in = [part for part in parts if part[2]["B03002_001E"]]
    groups = {("all", "All"): parts if level == "place" else lived_in, ("race-share", "All"): lived_in}
    for part in lived_in:
        groups.setdefault(("race-share", _kind(part[2])), []).append(part)
    rows = []
    for (kind, label), own in groups.items():
        weights = [share * float(tract["households"]) for share, tract, _, _ in own]
        if not sum(weights):
            continue
        for variable, column in VARIABLES.items():
            total = sum(w * float(part[1][column]) for w, part in zip(weights, own, strict=True))
            rows.append({
                "geography_type": level, "geoid": geoid, "year": year, "variable": variable,
                "subgroup_type": kind, "subgroup": label, "value": total / sum(weights) / 100,
                "lower": None, "upper": None, "quality": _flag(level, own, weights, income),
            })  # fmt: skip
    return rows


def _flag(level: str, own: list[Part], weights: list[float], income: Lines) -> int:
    margins = [0 if u["B25001_001M"] == CONTROLLED else u["B25001_001M"] for *_, u in own]
    squares = sum((part[0] * margin) ** 2 for part, margin in zip(own, margins, strict=True))
    of_units = sqrt(squares) / 1.644854 / sum(share * u["B25001_001E"] for share, _, _, u in own)
    of_income = income["B19013_001M"] / 1.644854 / income["B19013_001E"]
    close = sum(w for w, part in zip(weights, own, strict=True) if part[0] > 0.5) / sum(weights)
    return max(
        1 if of_units < 0.08 else 2 if of_units < 0.15 else 3,
        1 if of_income < 0.1 else 2 if of_income < 0.3 else 3,
        2 if level == "place" and close < 0.5 else 1,
    )
