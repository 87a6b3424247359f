"""The plain implementation on the Census Bureau's own archives against Urban's published cells.

Prints the table of agreement. Nothing of the models or of our crosswalks takes part: records come from the
archives, shares and flags from Urban's processed crosswalks.
"""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support import plain_survey
from tests.support.plain_survey import Estimate
from tests.support.proofs import proof
from tests.support.published import SOURCES, read_text_table, real_file

pytestmark = pytest.mark.reference

TOLERANCE = 1e-9
TEXT: dict[Hashable, type[str]] = {"PUMA": str, "SERIALNO": str, "ST": str}
RESULTS = {
    ("p", "county"): "urban/09_employment/data/final/metrics_employment_county_all_longitudinal.csv",
    ("p", "place"): "urban/09_employment/data/final/metrics_employment_place_all_longitudinal.csv",
    ("h", "county"): "urban/01_financial-well-being/final/metrics_income_county_all_longitudinal.csv",
    ("h", "place"): "urban/01_financial-well-being/final/metrics_income_place_all_longitudinal.csv",
}
VARIABLES = {"p": ("share_employed",), "h": ("pctl_income_20", "pctl_income_50", "pctl_income_80")}
COUNTED_TWICE = [("2015", "15003", "share_employed")]
"""Cells that count a person twice whose key meets that of another household (deviation
employment-persons-counted-twice)."""


@dataclass(frozen=True)
class Archive:
    """One archive of the mirror, or its member alone: persons (p) or housing units (h) of a state."""

    path: str
    year: str
    kind: str

    def records(self) -> pd.DataFrame:
        """All columns, names in upper case."""
        place = SOURCES / "agency" / self.path
        if place.suffix == ".gz":
            with gzip.open(place) as member:
                frame = pd.read_csv(member, dtype=TEXT, low_memory=False)
        else:
            with zipfile.ZipFile(place) as archive:
                name = next(name for name in archive.namelist() if name.endswith(".csv"))
                with archive.open(name) as member:
                    frame = pd.read_csv(member, dtype=TEXT, low_memory=False)
        frame.columns = frame.columns.str.upper()
        return frame.assign(PUMA=frame["PUMA"].str.zfill(5), ST=frame["ST"].str.zfill(2))


def _archives() -> Iterator[Archive]:
    listed = SOURCES / "agency" / "MIRROR.csv"
    if not listed.exists():
        return
    with listed.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            folder, _, file = row["path"].removeprefix("acs_pums/").partition("/")
            if row["path"].startswith("acs_pums/") and folder.endswith("1-Year"):
                yield Archive(row["path"], folder[:4], file.replace("csv_", "psam_").split("_")[1][0])


@cache
def _crosswalk(geography: str) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """(period, state) -> area -> PUMA -> share of the PUMA."""
    columns, rows = read_text_table(
        real_file(f"urban/geographic-crosswalks/data/crosswalk_puma_to_{geography}.csv"), "NA"
    )
    at = [columns.index(name) for name in ("crosswalk_period", "statefip", geography, "puma", "afact")]
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        period, state, area, puma, share = (str(row[position]) for position in at)
        state, area, puma = state.zfill(2), area.zfill(3 if geography == "county" else 5), puma.zfill(5)
        found[period, state][state + area][puma] = float(share)
    return found


@cache
def _published(kind: str, geography: str) -> dict[tuple[str, str, str], Estimate | None]:
    columns, rows = read_text_table(real_file(RESULTS[kind, geography]), "NA")
    found = {}
    for row in rows:
        cell = dict(zip(columns, row, strict=True))
        geoid = str(cell["state"]).zfill(2) + str(cell[geography]).zfill(3 if geography == "county" else 5)
        for variable in VARIABLES[kind]:
            numbers = [cell[variable], cell[f"{variable}_lb"], cell[f"{variable}_ub"]]
            found[str(cell["year"]), geoid, variable] = (
                None if numbers[0] is None else Estimate(*(float(str(number)) for number in numbers))
            )
    return found


def _estimates(kind: str, asked: pd.DataFrame, shares: dict[str, float]) -> dict[str, Estimate | None]:
    main = "PWGTP" if kind == "p" else "WGTP"
    weights = asked[[main, *(f"{main}{number}" for number in range(1, 81))]].to_numpy(dtype=float)
    positions, weights = plain_survey.joined(list(asked["PUMA"]), shares, weights)
    everybody = np.ones(len(asked), dtype=bool)
    if plain_survey.effective_sample(list(asked["PUMA"]), shares, everybody) < 30:
        return dict.fromkeys(VARIABLES[kind])
    if kind == "p":
        return {
            "share_employed": plain_survey.share(
                asked["ESR"].isin([1, 2, 4, 5]).to_numpy()[positions], weights
            )
        }
    dollars = (asked["HINCP"] * (asked["ADJINC"] / 1e6)).to_numpy(dtype=float)[positions]
    return {name: plain_survey.percentile(dollars, weights, int(name[-2:]) / 100) for name in VARIABLES["h"]}


def _asked(kind: str, records: pd.DataFrame) -> pd.DataFrame:
    if kind == "p":
        return records[records["AGEP"].between(25, 54) & ~records["RELP"].isin([16, 17])]
    unit = records["TYPE"] if "TYPE" in records else records["TYPEHUGQ"]
    return records[(unit == 1) & (records["NP"] >= 1)]


@pytest.fixture(autouse=True)
def _beside_the_real_files() -> None:
    """Where they are not beside the project, nothing here runs, and the report says so."""
    real_file("agency/MIRROR.csv")


def test_archives_give_the_published_cells(capsys: pytest.CaptureFixture[str]) -> None:
    table: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    different: list[tuple[str, str, str]] = []
    for archive in _archives():
        asked = _asked(archive.kind, archive.records())
        state = str(asked["ST"].iloc[0])
        for geography in ("county", "place"):
            published = _published(archive.kind, geography)
            period = "pre-2022" if int(archive.year) < 2022 else "2022"
            for geoid, shares in _crosswalk(geography)[period, state].items():
                for variable, ours in _estimates(archive.kind, asked, shares).items():
                    theirs = published[archive.year, geoid, variable]
                    numbers = table[
                        variable.removesuffix(variable[-3:]) if archive.kind == "h" else variable,
                        archive.year,
                        state,
                        geography,
                    ]
                    numbers[0] += 1
                    numbers[1] += ours is not None
                    if _same(ours, theirs):
                        numbers[2] += 1
                    else:
                        different.append((archive.year, geoid, variable))
    with capsys.disabled():
        print("\nvariable          year state geography  cells  with a value  equal to 1e-9")
        for (variable, year, state, geography), (cells, valued, equal) in sorted(table.items()):
            print(f"{variable:17} {year} {state}    {geography:9} {cells:6} {valued:13} {equal:6}")
    assert different == COUNTED_TWICE
    for metric, name in (("employment", "share_employed"), ("income", "pctl_income")):
        valued = sum(numbers[1] for key, numbers in table.items() if key[0] == name)
        known = proof(f"archives_{metric}")
        claimed = sum(cell[2].startswith(name) for cell in COUNTED_TWICE)
        assert (valued, claimed) == (known.cells, known.claimed)


def _same(ours: Estimate | None, theirs: Estimate | None) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    pairs = zip(vars(ours).values(), vars(theirs).values(), strict=True)
    return all(abs(one - other) <= TOLERANCE * max(1.0, abs(other)) for one, other in pairs)


def test_the_cell_that_differs_counts_one_person_twice() -> None:
    """Serial 29629 with person 12 and serial 296291 with person 2 are one text: `2962912`."""
    archive = next(found for found in _archives() if found.path.endswith("2015_1-Year/csv_phi.zip"))
    asked = _asked("p", archive.records())
    asked = asked[asked["PUMA"].isin(_crosswalk("county")["pre-2022", "15"]["15003"])]
    twice = asked[(asked["SERIALNO"] == "29629") & (asked["SPORDER"] == 12)]
    assert len(twice) == 1
    counted = pd.concat([asked, twice])
    employed = counted["PWGTP"][counted["ESR"].isin([1, 2, 4, 5])].sum() / counted["PWGTP"].sum()
    published = _published("p", "county")["2015", "15003", "share_employed"]
    assert published is not None
    assert abs(employed - published.value) < 1e-12


def test_home_values_of_a_file_that_names_the_householder() -> None:
    """Files of housing units from 2021 on hold race and age of the householder: the published a:b follow."""
    archive = next(found for found in _archives() if found.kind == "h" and int(found.year) >= 2021)
    homes = _asked("h", archive.records())
    race = homes["HHLDRRAC1P"].map({1: "white_nh", 2: "black_nh"}).fillna("other_nh")
    race = race.where(homes["HHLDRHISP"] == 1, "hispanic")
    value = homes["VALP"].where(homes["TEN"].isin([1, 2]), 0.0).fillna(0.0)
    state, compared = str(homes["ST"].iloc[0]), 0
    columns, rows = read_text_table(
        real_file("urban/01_financial-well-being/final/households_house_value_race_ethnicity_all_county.csv"),
        "NA",
    )
    for row in rows:
        cell = dict(zip(columns, row, strict=True))
        if (cell["year"], str(cell["state"]).zfill(2)) != (archive.year, state):
            continue
        shares = _crosswalk("county")["pre-2022" if int(archive.year) < 2022 else "2022", state]
        share = homes["PUMA"].map(shares[state + str(cell["county"]).zfill(3)]).fillna(0.0)
        weight = homes["WGTP"] * share
        for group in ("black_nh", "hispanic", "other_nh", "white_nh"):
            text = cell[f"ratio_{group}_house_value_households"]
            if text is None:
                continue
            a, b = ((weight * each)[race == group].sum() / (weight * each).sum() for each in (value, 1.0))
            published = [float(part) for part in str(text).split(":")]
            assert abs(a - published[0]) <= 0.0005 + 1e-9, (cell["county"], group, a, text)
            assert abs(b - published[1]) <= 0.0005 + 1e-9, (cell["county"], group, b, text)
            compared += 1
    assert compared == proof("archives_home_values").equal


def test_every_archive_of_the_mirror_is_compared() -> None:
    folder = Path(SOURCES / "agency" / "acs_pums")
    if not folder.exists():
        real_file("agency/MIRROR.csv")
    assert {archive.path for archive in _archives()} == {
        f"acs_pums/{path.relative_to(folder).as_posix()}" for path in folder.glob("*_1-Year/*")
    }
