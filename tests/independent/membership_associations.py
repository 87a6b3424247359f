"""Establishments of ten industries per ten thousand residents."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, half_up, table

INDUSTRIES = (
    "813410", "713950", "713910", "713940", "711211", "813110", "813940", "813930", "813910", "813920",
)  # fmt: skip


def cells(files: Files) -> pd.DataFrame:
    """A county of which none of the ten industries is published has no value."""
    rows: list[Row] = []
    for path in files.years("cbp/*/cbp*co.zip"):
        year = int(path.parent.name)
        text = files.packed_csv(str(path.relative_to(files.mirror)), "co.txt")
        text = text[text["naics"].isin(INDUSTRIES)]
        sums = text["est"].astype(int).groupby(text["fipstate"] + text["fipscty"]).sum()
        rows += [
            county_row(
                geoid, year, "count_membership_associations_per_10k",
                half_up(count / (files.people[geoid, year] / 1e4), 1), quality=1,
            )
            for geoid, count in sums.items()
            if (geoid, year) in files.people
        ]  # fmt: skip
    return table(rows)
