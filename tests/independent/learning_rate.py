"""Grade levels learned in a year: slopes of mean scores on grades, one residual variance for all areas."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, sqrt
from typing import NamedTuple

import pandas as pd

from tests.independent.files import Files, Row, county_row, table

GROUPS = {
    "all": ("all", "All"),
    "blk": ("race-ethnicity", "Black, Non-Hispanic"),
    "hsp": ("race-ethnicity", "Hispanic"),
    "wht": ("race-ethnicity", "White, Non-Hispanic"),
    "fem": ("gender", "Female"),
    "mal": ("gender", "Male"),
    "ecd": ("income", "Economically Disadvantaged"),
    "nec": ("income", "Not Economically Disadvantaged"),
}
KINDS = ("all", "race-ethnicity", "gender", "income")


class Slope(NamedTuple):
    """Of one area, cohort and group; `tests` of all its grades."""

    rate: float
    lower: float
    upper: float
    flag: int
    tests: float


def cells(files: Files) -> pd.DataFrame:
    """Section 3 of the method: cohorts by the fall in which they are in grade 8."""
    rows: list[Row] = []
    counties = _read(files, "seda_county_long_gcs_5.0.dta", "sedacounty", 5)
    for group in GROUPS:
        for (geoid, year), slope in _slopes(counties, group).items():
            if (geoid, year) in files.people:
                rows += _rows(geoid, year, group, slope.rate, slope.lower, slope.upper, slope.flag, "county")
    districts = _read(files, "seda_geodist_long_gcs_5.0_updated_20240319.dta", "sedalea", 7)
    cities = _cities(files)
    districts = districts[districts["code"].isin(cities)]
    for group in GROUPS:
        of_city: dict[tuple[str, int], list[Slope]] = {}
        for (code, year), slope in _slopes(districts, group).items():
            of_city.setdefault((cities[code], year), []).append(slope)
        for (geoid, year), slopes in of_city.items():
            if (geoid, year) not in files.people:
                continue
            weight = sum(slope.tests for slope in slopes)
            rate, lower, upper, flag = (
                sum(slope.tests * slope[place] for slope in slopes) / weight for place in range(4)
            )
            rows += _rows(geoid, year, group, rate, lower, upper, floor(flag + 0.5), "place")
    return table(rows)


def _rows(
    geoid: str, year: int, group: str, rate: float, lower: float, upper: float, flag: int, kind: str
) -> Iterator[Row]:
    of, name = GROUPS[group]
    for subgroup_type in KINDS if group == "all" else (of,):
        yield county_row(
            geoid, year, "rate_learning", rate, lower=lower, upper=upper, quality=flag,
            geography_type=kind, subgroup_type=subgroup_type, subgroup=name,
        )  # fmt: skip


def _read(files: Files, name: str, column: str, digits: int) -> pd.DataFrame:
    (path,) = files.years(f"seda/5.0/{name}")
    frame = pd.read_stata(path)
    frame = frame[frame["subject"] == "rla"]
    year = frame["year"] - frame["grade"] + 8 - 1
    frame = frame.assign(code=[f"{int(code):0{digits}d}" for code in frame[column]], cohort=year.astype(int))
    return frame[frame["cohort"].between(2014, 2018)]


def _slopes(frame: pd.DataFrame, group: str) -> dict[tuple[str, int], Slope]:
    found: dict[tuple[str, int], Slope] = {}
    for year, cohort in frame.groupby("cohort"):
        mean, tests = f"gcs_mn_{group}", f"tot_asmt_{group}"
        given = cohort[cohort[mean].notna() & cohort[tests].notna() & (cohort[tests] > 0)]
        scale = len(given) / given[tests].sum() if len(given) else 0
        fits, residual, parameters = {}, 0.0, 0
        for code, one in given.groupby("code"):
            w, x, y = (one[name].astype(float) for name in (tests, "grade", mean))
            mx, my = (w * x).sum() / w.sum(), (w * y).sum() / w.sum()
            spread = (w * (x - mx) ** 2).sum()
            slope = (w * (x - mx) * (y - my)).sum() / spread if len(one) > 1 else 0.0
            residual += scale * (w * (y - my - slope * (x - mx)) ** 2).sum()
            parameters += 2 if len(one) > 1 else 1
            if len(one) > 1:
                fits[code] = slope, scale * spread, w.sum(), len(one)
        freedom = len(given) - parameters
        for code, (slope, spread, weight, grades) in fits.items():
            if freedom <= 0:
                continue
            error = 1.96 * sqrt(residual / freedom / spread)
            least = cohort.loc[cohort["code"] == code, tests].min()
            flag = 3 if least < 30 or grades < 4 else 1 if grades >= 5 else 2
            found[str(code), int(year)] = Slope(slope, slope - error, slope + error, flag, weight)
    return found


def _cities(files: Files) -> dict[str, str]:
    """District -> the city of the frame that is in its address, in any year."""
    names = files.csv("urban_frames/2025/place-populations.csv", encoding="latin-1")
    codes = {
        name.removesuffix(" city").lower(): state + place
        for name, state, place in zip(names["place_name"], names["state"], names["place"], strict=True)
    }
    found: dict[str, str] = {}
    for path in files.years("ccd_districts/*/ccd_lea_????_city.dta"):
        for code, city in pd.read_stata(path)[["leaid", "city_location"]].itertuples(index=False):
            if str(city).lower() in codes:
                found[code.zfill(7)] = codes[str(city).lower()]
    return found
