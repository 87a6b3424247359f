"""Exposure of each group to the others, from tracts: mean of the others' share, weighted by members."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tests.independent.census import Lines, answer, by_area, margin_squared, variation_flag
from tests.independent.files import Files, Row, county_row, table

VINTAGES = {2016: "2012-2016", 2018: "2014-2018", 2021: "2017-2021", 2023: "2019-2023"}
PARTS = {
    "white_nh": ("B03002_003",),
    "black_nh": ("B03002_004",),
    "hispanic": ("B03002_012",),
    "other_nh": ("B03002_005", "B03002_006", "B03002_007", "B03002_008", "B03002_009"),
}


def cells(files: Files) -> pd.DataFrame:
    """Sections 3 and 4 of the method; the variance of a tract's part is that of the scaled count."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        tracts = answer(files, vintage, year, "b03002", "tract")
        for (kind, geoid), parts in by_area(files, year, tracts).items():
            rows += _of(kind, geoid, year, parts)
    return table(rows)


def _of(kind: str, geoid: str, year: int, parts: list[tuple[float, Lines]]) -> Iterable[Row]:
    for group, lines in PARTS.items():
        members = others = variance = 0.0
        for share, tract in parts:
            people = tract["B03002_001E"]
            if not people:
                continue
            count = sum(tract[f"{line}E"] for line in lines)
            members += share * count
            others += share * count * (people - count) / people
            variance += share**2 * margin_squared(tract, lines)
        if members > 30:
            yield county_row(
                geoid, year, f"share_{group}_exposure", others / members, geography_type=kind,
                quality=variation_flag(variance, members),
            )  # fmt: skip
