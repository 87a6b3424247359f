"""Establishments of ten industries per ten thousand residents; cities by their part of each ZIP area."""

from __future__ import annotations

from pathlib import Path

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
    for path in files.years("cbp/*/zbp*detail.zip"):
        rows += _places(files, path, int(path.parent.name))
    return table(rows)


def _places(files: Files, path: Path, year: int) -> list[Row]:
    """ZIP areas of 2010 to 2019, of 2020 from then on, each once."""
    text = files.packed_csv(str(path.relative_to(files.mirror)), "detail.txt")
    text = text[text["naics"].isin(INDUSTRIES)]
    counts = text["est"].astype(int).groupby(text["zip"]).sum().to_dict()
    edition, zcta, place, people = (
        ("2018", "zcta5", "placefp14", "pop10") if year < 2020 else ("2022", "zcta", "place", "pop20")
    )
    parts = files.csv(f"geocorr/{edition}/geocorr{edition}_zcta_to_place.csv", encoding="latin-1").iloc[1:]
    rows: list[Row] = []
    for geoid, part in parts.groupby(parts["state"] + parts[place]):
        if (geoid, year) not in files.people or not any(code in counts for code in part[zcta]):
            continue
        shares, residents = part["afact"].astype(float), part[people].astype(int)
        total = sum(counts.get(code, 0) * share for code, share in zip(part[zcta], shares, strict=True))
        fit = float((shares * residents).sum() / residents.sum())
        rows.append(
            county_row(
                str(geoid), year, "count_membership_associations_per_10k",
                half_up(total / (files.people[str(geoid), year] / 1e4), 1),
                geography_type="place", quality=1 if fit >= 0.75 else 2 if fit >= 0.35 else 3,
            )
        )  # fmt: skip
    return rows
