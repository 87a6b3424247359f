"""Urban's program of housing affordability on the agencies' files, slips and all: the published values.

Deviations claim nearly every cell of this metric, so that our own agreement says little. Here the published
program is emulated step by step: vacant homes are counted whole in every area that a PUMA touches, homes
without cash rent are never affordable, rents of vacant homes miss the dollar factor, nonfamily households of
ten and more people are left out (the extract calls them group quarters). What comes out must be what is
published, to 1e-9, in every cell of the states whose records are at hand; with one slip mended it must not.
So these slips are all that separates the published values from the method.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.support.proofs import proof
from tests.support.published import real_file

pytestmark = pytest.mark.reference

LEVELS = {"30": "ELI_4", "50": "l50_4", "80": "l80_4"}
MEASURES = ("affordable", "affordable_available")
GROUPS = {"All": None, "Renter": True, "Owner": False}
PUBLISHED = {
    "county": "housing_county_2014_2015_2016_2017_2018_2019_2021_2022_2023.csv",
    "place": "housing_place_2014_2015_2016_2017_2018_2019_2021_2022_2023_subgroups.csv",
}
PLACES_OF_COUNTIES = {
    2018: "geocorr2018_county_place_2014_thru_2019.csv",
    2021: "geocorr2022_county_place_2020_2021.csv",
}
COLUMNS = ("PUMA", "ADJINC", "WGTP", "NP", "HHT", "HINCP", "RNTP", "GRNTP", "SMOCP", "TEN", "VACS", "VALP")
Mended = frozenset[str]
"""Slips that are left out of an emulation."""
MOVED_BY_LARGE_HOUSEHOLDS = [
    "01081 affordable 50 All",
    "01081 affordable 80 All",
    "0103076 affordable 50 All",
    "0103076 affordable 80 All",
    "0103076 affordable 80 Owner",
]
COUNTED = [
    ("02", 2018, 42, 16), ("02", 2021, 34, 18), ("01", 2018, 290, 112),
]  # fmt: skip
"""State, year, cells with a value: of counties, of places with tenure."""


@dataclass(frozen=True)
class Homes:
    """Records of one state and year, as the extract of the published program has them."""

    occupied: pd.DataFrame
    vacant: pd.DataFrame


@cache
def _homes(state: str, year: int, mended: Mended = frozenset()) -> Homes:
    letters = {"01": "al", "02": "ak"}[state]
    archive = real_file("agency/acs_pums") / f"{year}_1-Year"
    if (archive / f"csv_h{letters}.zip").exists():
        with zipfile.ZipFile(archive / f"csv_h{letters}.zip") as opened:
            name = next(name for name in opened.namelist() if name.endswith(".csv"))
            with opened.open(name) as member:
                frame = pd.read_csv(member, dtype={"PUMA": str}, low_memory=False)
    else:
        with gzip.open(archive / f"psam_h{state}.csv.gz") as member:
            frame = pd.read_csv(member, dtype={"PUMA": str}, low_memory=False)
    frame.columns = frame.columns.str.upper()
    unit = frame["TYPE" if "TYPE" in frame else "TYPEHUGQ"] == 1
    frame = frame[[*COLUMNS]].assign(PUMA=frame["PUMA"].str.zfill(5))
    dollars = frame["ADJINC"] / 1e6
    # IPUMS: a household of ten or more people without a relative of the householder is "group quarters, 2000
    # definition", and the program keeps GQ 1 and 2 only.
    large = (frame["NP"] >= 10) & frame["HHT"].isin([4, 5, 6, 7])
    kept = unit & (frame["NP"] >= 1) & (("large households" in mended) | ~large)
    gross = (frame["GRNTP"] * dollars).replace(0, np.nan)
    rented = frame["TEN"].isin([3, 4])
    cost = gross.where(rented, frame["SMOCP"] * dollars)
    if "no cash rent" in mended:
        cost = cost.where(frame["TEN"] != 4, 0.0)
    rent = (frame["RNTP"] * dollars).replace(0, np.nan)
    occupied = frame[kept].assign(
        income=frame["HINCP"] * dollars, gross_to_rent=gross / rent, rented=rented, cost=cost
    )
    empty = unit & (frame["NP"] == 0) & frame["VACS"].isin([1, 2, 3, 4])
    # The rent of a vacant home is not multiplied by the dollar factor, its value is.
    loan, monthly = 0.9 * frame["VALP"] * dollars, 0.005
    payment = loan * monthly * (1 + monthly) ** 360 / ((1 + monthly) ** 360 - 1)
    vacant = frame[empty].assign(
        rent=(frame["RNTP"] * (dollars if "vacant rents" in mended else 1.0)).replace(0, np.nan),
        owner_cost=payment + 0.007 * loan / 12 + 0.25 * payment,
    )
    return Homes(occupied, vacant)


@cache
def _county_limits(year: int) -> pd.DataFrame:
    """Simple mean over the rows of a county, by geoid."""
    name = {2018: "2018/Section8-FY18.xlsx", 2021: "2021/Section8-FY21.xlsx"}[year]
    sheet = pd.read_excel(
        real_file("agency/hud_income_limits") / name, dtype={"fips2010": str}, engine="calamine"
    )
    sheet = sheet[sheet["fips2010"].notna()]
    limits = sheet.groupby(sheet["fips2010"].str.slice(0, 5))[list(LEVELS.values())].mean()
    if year > 2019:
        for geoid in ("02063", "02066"):
            limits.loc[geoid] = limits.loc["02261"]
    return limits


@cache
def _place_limits(year: int) -> pd.DataFrame:
    """Means over the counties of a place, weighted with the people who live in both."""
    path = real_file(f"urban/geographic-crosswalks/data/{PLACES_OF_COUNTIES[year]}")
    parts = pd.read_csv(path, dtype=str, encoding="latin-1")
    if year == 2018:
        parts = parts.iloc[1:]
        county, place = parts["county14"], parts["state"].str.strip() + parts["placefp14"]
        people = parts["pop10"].astype(float)
    else:
        state = parts["state"].str.zfill(2)
        county, place = state + parts["county"].str.zfill(3), state + parts["place"].str.zfill(5)
        people = parts["pop20"].astype(float)
    limits = _county_limits(year).reindex(county.str.strip()).reset_index(drop=True)
    found = {}
    for level in LEVELS.values():
        known = limits[level].notna().to_numpy()
        weights = people.to_numpy()[known]
        by_place = pd.Series(limits[level].to_numpy()[known] * weights).groupby(place.to_numpy()[known]).sum()
        found[level] = by_place / pd.Series(weights).groupby(place.to_numpy()[known]).sum()
    return pd.DataFrame(found)


@cache
def _shares(geography: str, state: str) -> dict[str, dict[str, float]]:
    path = real_file(f"urban/geographic-crosswalks/data/crosswalk_puma_to_{geography}.csv")
    table = pd.read_csv(path, dtype=str, encoding="latin-1")
    table = table[(table["crosswalk_period"] == "pre-2022") & (table["statefip"].str.zfill(2) == state)]
    digits = 3 if geography == "county" else 5
    found: dict[str, dict[str, float]] = {}
    for area, puma, share in zip(table[geography], table["puma"], table["afact"], strict=True):
        found.setdefault(state + area.zfill(digits), {})[puma.zfill(5)] = float(share)
    return found


def _ratios(
    homes: Homes, shares: dict[str, float], limits: pd.Series[float], mended: Mended
) -> Iterator[tuple[str, str, str, float]]:
    """(measure, level, group, ratio) of an area as published; a ratio of a small sample is missing."""
    share = homes.occupied["PUMA"].map(shares).fillna(0.0)
    lived_in = homes.occupied[share > 0]
    share = share[share > 0]
    weight = lived_in["WGTP"] * share
    known = lived_in["rented"] & lived_in["gross_to_rent"].notna()
    factor = np.average(lived_in["gross_to_rent"][known], weights=weight[known])
    # Whole in every area that the PUMA touches: the weight is not multiplied by the share.
    empty = homes.vacant[homes.vacant["PUMA"].isin(shares)]
    empty_weight = empty["WGTP"] * (empty["PUMA"].map(shares) if "vacant homes" in mended else 1.0)
    to_rent = empty["rent"].notna()
    monthly = (empty["rent"] * factor).where(to_rent, empty["owner_cost"])
    for level, column in LEVELS.items():
        limit = limits[column]
        below = lived_in["income"] <= limit
        cheap = 12 * lived_in["cost"] <= 0.3 * limit
        cheap_empty = 12 * monthly <= 0.3 * limit
        for group, rented in GROUPS.items():
            inside = below if rented is None else below & (lived_in["rented"] == rented)
            those = cheap if rented is None else cheap & (lived_in["rented"] == rented)
            theirs = cheap_empty if rented is None else cheap_empty & (to_rent == rented)
            households = weight[inside].sum()
            small = share[inside].sum() < 30
            for measure, counted in zip(MEASURES, (those, those & below), strict=True):
                homes_counted = weight[counted].sum() + empty_weight[theirs].sum()
                yield measure, level, group, np.nan if small else homes_counted / households


def _compared(
    state: str, year: int, geography: str, mended: Mended = frozenset()
) -> Iterator[tuple[str, float, float]]:
    """(cell, emulated, published) of every cell that the published file has of the state and year."""
    homes = _homes(state, year, mended)
    published = pd.read_csv(
        real_file(f"urban/02_housing/data/final/{PUBLISHED[geography]}"), dtype=str, keep_default_na=False
    )
    published = published[(published["year"] == str(year)) & (published["state"].str.zfill(2) == state)]
    digits = 3 if geography == "county" else 5
    published["geoid"] = state + published[geography].str.zfill(digits)
    published = published.set_index(["geoid", "subgroup"])
    limits = _county_limits(year) if geography == "county" else _place_limits(year)
    for geoid, shares in _shares(geography, state).items():
        if geoid not in limits.index:
            continue
        for measure, level, group, ratio in _ratios(homes, shares, limits.loc[geoid], mended):
            if (geoid, group) in published.index:
                text = published.loc[(geoid, group), f"share_{measure}_{level}_ami"]
                yield (
                    f"{geoid} {measure} {level} {group}",
                    ratio,
                    float("nan" if text in ("", "NA") else text),
                )


def _unequal(cells: list[tuple[str, float, float]]) -> list[str]:
    return [
        cell
        for cell, ours, theirs in cells
        if np.isnan(ours) != np.isnan(theirs)
        or (not np.isnan(ours) and abs(ours - theirs) > 1e-9 * max(1.0, abs(theirs)))
    ]


@pytest.mark.parametrize(("state", "year", "of_counties", "of_places"), COUNTED)
def test_the_slips_give_every_published_value(
    state: str, year: int, of_counties: int, of_places: int
) -> None:
    for geography, counted in (("county", of_counties), ("place", of_places)):
        cells = list(_compared(state, year, geography))
        assert not _unequal(cells)
        assert sum(not np.isnan(theirs) for _, _, theirs in cells) == counted, geography


def test_all_of_them_are_counted() -> None:
    assert sum(counties + places for _, _, counties, places in COUNTED) == proof("affordability").claimed


def test_large_households_explain_the_last_cells() -> None:
    """The cells of deviation affordability-large-households are those that their return moves, no other."""
    moved = [
        cell
        for geography in PUBLISHED
        for cell in _unequal(list(_compared("01", 2018, geography, frozenset({"large households"}))))
    ]
    assert moved == MOVED_BY_LARGE_HOUSEHOLDS


@pytest.mark.parametrize("slip", ["vacant homes", "no cash rent", "vacant rents"])
def test_each_slip_is_there(slip: str) -> None:
    """With one slip mended the published values are no longer met: none of them is imagined."""
    moved = [
        cell
        for state, year, _, _ in COUNTED
        for geography in PUBLISHED
        for cell in _unequal(list(_compared(state, year, geography, frozenset({slip}))))
    ]
    assert len(moved) > 20
    assert slip == "vacant homes" or not [cell for cell in moved if cell.endswith("Owner")]
