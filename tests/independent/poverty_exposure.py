"""Poor residents of a group who live in tracts with a poverty rate above 40 %."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tests.independent.census import Lines, answer, by_area, margin_squared, variation_flag
from tests.independent.files import Files, Row, county_row, table

VINTAGES = {2014: "2010-2014", 2016: "2012-2016", 2018: "2014-2018", 2021: "2017-2021", 2023: "2019-2023"}
GROUPS = {
    "All": ("B17001_002",),
    "Black": ("B17001B_002",),
    "Hispanic": ("B17001I_002",),
    "Other Races and Ethnicities": tuple(f"B17001{letter}_002" for letter in "CDEFG"),
    "White, Non-Hispanic": ("B17001H_002",),
}


def cells(files: Files) -> pd.DataFrame:
    """Sections 3 and 4 of the method, with the flags of places as its fifth section corrects them."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        tracts = answer(files, vintage, year, "b17001", "tract")
        for (kind, geoid), parts in by_area(files, year, tracts).items():
            rows += _of(kind, geoid, year, parts)
    return table(rows)


def _of(kind: str, geoid: str, year: int, parts: list[tuple[float, Lines]]) -> Iterable[Row]:
    for group, lines in GROUPS.items():
        poor = exposed = variance = 0.0
        for share, tract in parts:
            people = tract["B17001_001E"]
            if not people:
                continue
            count = share * sum(tract[f"{line}E"] for line in lines)
            poor += count
            exposed += count if tract["B17001_002E"] / people > 0.4 else 0.0
            variance += share**2 * margin_squared(tract, lines)
        if poor > 30:
            for of in ("all", "race-ethnicity") if group == "All" else ("race-ethnicity",):
                yield county_row(
                    geoid, year, "share_poverty_exposure", exposed / poor, geography_type=kind,
                    subgroup_type=of, subgroup=group, quality=variation_flag(variance, poor),
                )  # fmt: skip
