"""Exposure of each group to the others, from tracts: mean of the others' share, weighted by members."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from math import sqrt

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

VINTAGES = {2016: "2012-2016", 2018: "2014-2018", 2021: "2017-2021", 2023: "2019-2023"}
PARTS = {
    "white_nh": ("003",),
    "black_nh": ("004",),
    "hispanic": ("012",),
    "other_nh": ("005", "006", "007", "008", "009"),
}
CONTROLLED = -555555555


def cells(files: Files) -> pd.DataFrame:
    """Sections 3 and 4 of the method; the variance of a tract's part is that of the scaled count."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        tracts = _tracts(files, vintage, year)
        places = _places(files, year)
        areas: dict[tuple[str, str], list[tuple[float, dict[str, int]]]] = defaultdict(list)
        for code, tract in tracts.items():
            areas["county", code[:5]].append((1.0, tract))
            for place, share in places.get(code, ()):
                areas["place", place].append((share, tract))
        for (kind, geoid), parts in areas.items():
            if (geoid, year) in files.people:
                rows += _of(kind, geoid, year, parts)
    return table(rows)


def _of(kind: str, geoid: str, year: int, parts: list[tuple[float, dict[str, int]]]) -> Iterable[Row]:
    for group, lines in PARTS.items():
        members = others = variance = 0.0
        for share, tract in parts:
            people = tract["001E"]
            if not people:
                continue
            count = sum(tract[f"{line}E"] for line in lines)
            members += share * count
            others += share * count * (people - count) / people
            variance += share**2 * _margin_squared(tract, lines)
        if members <= 30:
            continue
        variation = sqrt(variance) / 1.645 / members
        yield county_row(
            geoid, year, f"share_{group}_exposure", others / members, geography_type=kind,
            quality=1 if variation < 0.2 else 2 if variation < 0.4 else 3,
        )  # fmt: skip


def _margin_squared(tract: dict[str, int], lines: tuple[str, ...]) -> float:
    """All margins of parts that are there, and the largest of those estimated at zero."""
    there = [_margin(tract[f"{line}M"]) for line in lines if tract[f"{line}E"]]
    none = [_margin(tract[f"{line}M"]) for line in lines if not tract[f"{line}E"]]
    return sum(margin**2 for margin in there) + (max(none) ** 2 if none else 0)


def _margin(margin: int) -> int:
    return 0 if margin == CONTROLLED else margin


def _tracts(files: Files, vintage: str, year: int) -> dict[str, dict[str, int]]:
    """Code of the tract -> the lines of B03002 by number and kind (001E, 001M)."""
    text = (files.mirror / f"census_acs_tables/{vintage}/acs5_{year}_b03002_tract_ss").read_text("utf-8")
    header, *body = json.loads(text)
    found = {}
    for values in body:
        row = dict(zip(header, values, strict=True))
        found[row["state"] + row["county"] + row["tract"]] = {
            name[7:]: int(value) for name, value in row.items() if name.startswith("B03002_")
        }
    return found


def _places(files: Files, year: int) -> dict[str, list[tuple[str, float]]]:
    """Code of the tract -> places and the share of its people there."""
    path, place = (
        ("geocorr/2018/geocorr2018_2010tract_to_2014place.csv", "placefp14")
        if year < 2021
        else ("geocorr/2022/geocorr2022_tract_to_place.csv", "place")
    )
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in files.csv(path, encoding="latin-1").iloc[1:].to_dict("records"):
        first, _, last = row["tract"].partition(".")
        code = row["county"] + first.zfill(4) + last.ljust(2, "0")
        found[code].append((row["county"][:2] + row[place], float(row["afact"])))
    return found
