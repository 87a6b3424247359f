"""Residents per primary care physician, from the two releases that the metric names."""

from __future__ import annotations

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

OLDER = "ahrf/2021-2022/AHRF_2021-2022_SAS.zip"
NEWER = "ahrf/2022-2023/AHRF_SAS_2022-2023.zip"


def cells(files: Files) -> pd.DataFrame:
    """2014 to 2020 from the older release, 2021 from the newer; no physician is no ratio."""
    rows: list[Row] = []
    older, newer = (files.packed_csv(path, ".csv") for path in (OLDER, NEWER))
    for year in range(2014, 2021):
        codes = zip(older["f00011"] + older["f00012"], older[f"f14675{year % 100}"], strict=True)
        rows += [_row(files, geoid, year, count) for geoid, count in codes]
    codes = zip(newer["fips_st"] + newer["fips_cnty"], newer["phys_nf_prim_care_pc_exc_rsdt_21"], strict=True)
    rows += [_row(files, geoid, 2021, count) for geoid, count in codes]
    return table(rows)


def _row(files: Files, geoid: str, year: int, count: str) -> Row:
    people, physicians = files.people.get((geoid, year)), int(count) if count.isdigit() else 0
    if people is None or physicians == 0:
        return county_row(geoid, year, "ratio_population_pc_physician", None)
    ratio = round(people / physicians)
    change = abs(people / (physicians + 1) - ratio) / ratio
    flag = 1 if change < 0.2 else 2 if change < 0.4 else 3
    return county_row(geoid, year, "ratio_population_pc_physician", float(ratio), quality=flag)
