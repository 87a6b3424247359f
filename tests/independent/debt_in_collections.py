"""Debt in collections: the shares of the workbooks as they are, each under its area and group."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook

from tests.independent.files import Files, Row, county_row, table

GROUPS = ("All", "Neighborhoods of color", "White neighborhoods")


def cells(files: Files) -> pd.DataFrame:
    """Counties 2022 and 2023 (with medical debt), cities 2021; the overall share is in both series."""
    rows: list[Row] = []
    folder = files.mirror / "urban_debt_in_america"
    for row in _rows(next((folder / "2022").glob("county*.xlsx"))):
        rows += _county(files, 2022, "share_debt_coll", str(row[1] or ""), row[3:6])
    for kind, variable in (("overall", "share_debt_coll"), ("medical", "share_medical_debt_coll")):
        for row in _rows(next((folder / "2023").glob(f"*{kind}*.xlsx"))):
            rows += _county(files, 2023, variable, str(row[0] or ""), row[1:4])
    names = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    codes = {
        f"{name.removesuffix(' city')}, SS": state + place
        for name, state, place in zip(names["place_name"], names["state"], names["place"], strict=True)
    }
    for row in _rows(next((folder / "2021").glob("3_city*.xlsx"))):
        geoid = codes.get(str(row[0]))
        if geoid and (geoid, 2021) in files.people:
            rows += _cells(geoid, 2021, "share_debt_coll", row[33:36], geography_type="place")
    return table(rows)


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    yield from load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)


def _county(files: Files, year: int, variable: str, geoid: str, shares: tuple[Any, ...]) -> list[Row]:
    return _cells(geoid, year, variable, shares) if (geoid, year) in files.people else []


def _cells(geoid: str, year: int, variable: str, shares: tuple[Any, ...], **more: Any) -> list[Row]:
    return [
        county_row(geoid, year, variable, share, subgroup_type=kind, subgroup=group, quality=1, **more)
        for group, share in zip(GROUPS, shares, strict=True)
        if isinstance(share, float)
        for kind in (("all", "race-share") if group == "All" else ("race-share",))
    ]
