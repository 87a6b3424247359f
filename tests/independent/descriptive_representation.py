"""Shares of residents by group, of counties and places, from the Census Bureau's own totals."""

from __future__ import annotations

import pandas as pd

from tests.independent.census import answer
from tests.independent.files import Files, Row, county_row, table

VINTAGES = {2014: "2010-2014", 2016: "2012-2016", 2018: "2014-2018", 2021: "2017-2021", 2023: "2019-2023"}
GROUPS = {
    "other": ("005", "006", "007", "008", "009"),
    "black_nonhispanic": ("004",),
    "hispanic": ("012",),
    "white_nonhispanic": ("003",),
}


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method; every flag is 1, by rule."""
    rows: list[Row] = []
    for year, vintage in VINTAGES.items():
        for kind in ("county", "place"):
            for geoid, lines in answer(files, vintage, year, "b03002", kind).items():
                people = lines["B03002_001E"]
                if (geoid, year) not in files.people or not people:
                    continue
                for group, numbers in GROUPS.items():
                    parts = [f"B03002_{number}" for number in numbers]
                    count = sum(lines[f"{part}E"] for part in parts)
                    rows.append(
                        county_row(
                            geoid, year, f"share_desc_rep_{group}", count / people, geography_type=kind,
                            quality=1,
                        )
                    )  # fmt: skip
    return table(rows)
