"""Tables of the ACS as the interface answers them, margins of sums, and tracts in places."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from math import sqrt

from tests.independent.files import Files

CONTROLLED = -555555555
"""A margin that means 0."""

Lines = dict[str, int]


def answer(files: Files, vintage: str, year: int, census_table: str, level: str) -> dict[str, Lines]:
    """Code of the area -> estimates and margins by the Census Bureau's names (B03002_001E)."""
    ending = "tract_ss" if level == "tract" else level
    path = files.mirror / f"census_acs_tables/{vintage}/acs5_{year}_{census_table}_{ending}"
    header, *body = json.loads(path.read_text("utf-8"))
    found = {}
    for values in body:
        row = dict(zip(header, values, strict=True))
        code = "".join(row[name] for name in ("state", "county", "place", "tract") if name in row)
        found[code] = {name: int(value) for name, value in row.items() if name.startswith("B") and value}
    return found


def margin_squared(lines: Lines, parts: Iterable[str]) -> float:
    """Of a sum: all margins of parts that are there, and the largest of those estimated at zero."""
    there, none = [0.0], [0.0]
    for part in parts:
        margin = lines[f"{part}M"]
        squared = 0.0 if margin == CONTROLLED else float(margin) ** 2
        (there if lines[f"{part}E"] else none).append(squared)
    return sum(there) + max(none)


def variation_flag(variance_of_margin: float, count: float) -> int:
    """By the coefficient of variation of a count; margins are of 90 %."""
    variation = sqrt(variance_of_margin) / 1.645 / count if count else float("inf")
    return 1 if variation < 0.2 else 2 if variation < 0.4 else 3


def places_of_tracts(files: Files, year: int) -> dict[str, list[tuple[str, float]]]:
    """Code of the tract -> places, and the share of its people there: tracts of 2010 before 2020."""
    path, place = (
        ("geocorr/2018/geocorr2018_2010tract_to_2014place.csv", "placefp14")
        if year < 2020
        else ("geocorr/2022/geocorr2022_tract_to_place.csv", "place")
    )
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in files.csv(path, encoding="latin-1").iloc[1:].to_dict("records"):
        first, _, last = row["tract"].partition(".")
        code = row["county"] + first.zfill(4) + last.ljust(2, "0")
        found[code].append((row["county"][:2] + row[place], float(row["afact"])))
    return found


def by_area(
    files: Files, year: int, tracts: dict[str, Lines]
) -> dict[tuple[str, str], list[tuple[float, Lines]]]:
    """(county or place, code) -> its tracts with the share of each that lies in it; areas of the frame."""
    places = places_of_tracts(files, year)
    found: dict[tuple[str, str], list[tuple[float, Lines]]] = defaultdict(list)
    for code, tract in tracts.items():
        found["county", code[:5]].append((1.0, tract))
        for place, share in places.get(code, ()):
            found["place", place].append((share, tract))
    return {key: parts for key, parts in found.items() if (key[1], year) in files.people}
