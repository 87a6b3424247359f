"""Every survey cell of the invented state, from archives to release, against the plain implementation.

The published files of survey metrics are invented apart from the invented records, so the comparison with
published cells says nothing in the sample. This does: each file is read from the lake, record by record, and
each value and bound that the release computed from it must come out again.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from orchestration.base.settings import Settings
from tests.support import plain_metrics
from tests.support.plain_metrics import Limits, Records

FIVE_YEAR = ("2014-5yr", "2016-5yr", "2018-5yr", "2021-5yr", "2023-5yr")
VINTAGES = ("2022-1yr", *FIVE_YEAR)
"""Of the one-year files the one that comes in the national archive."""
SUCCESSORS = {"99021": "99023"}
"""Urban's crosswalk has the county under its later code in all years."""
GROUPED = {
    "employment": {"race-ethnicity", "gender", "disability"},
    "high_school_completion": {"all", "race-ethnicity", "gender", "disability"},
    "preschool_enrollment": {"all", "race-ethnicity", "income"},
    "digital_access": {"all", "race-ethnicity", "income"},
    "income_percentiles": {"race-ethnicity"},
}
"""Kinds of groups that each metric has in the five-year files."""


@pytest.fixture(scope="module")
def lake(sample_home: Path) -> Path:
    return Settings(home=sample_home, channel="sample").lake_dir


def _frame(sql: str, database: Path | None = None) -> pd.DataFrame:
    with duckdb.connect(str(database or ":memory:"), read_only=database is not None) as connection:
        return connection.execute(sql).df()


def _records(lake: Path, vintage: str) -> Records:
    folder = lake / "census_acs_pums" / vintage
    persons, units = (_frame(f"from '{folder}/{kind}/ss.parquet'") for kind in ("persons", "housing_units"))
    return Records.of(persons.dropna(axis=1, how="all"), units.dropna(axis=1, how="all"))


@cache
def _shares(lake: Path, year: int) -> dict[tuple[str, str], dict[str, float]]:
    """(geography_type, geoid) -> PUMA -> share, from Urban's crosswalks as delivered."""
    period = "pre-2022" if year < 2022 else "2022"
    found: dict[tuple[str, str], dict[str, float]] = {}
    for geography in ("county", "place"):
        rows = _frame(
            f"select statefip || {geography} as geoid, puma, afact"
            f" from '{lake}/urban_crosswalks/*/puma_to_{geography}.parquet'"
            f" where crosswalk_period = '{period}' and afact > 0"
        )
        for geoid, puma, share in rows.itertuples(index=False):
            found.setdefault((geography, geoid), {})[puma] = float(share)
    return found


def _limits(sample_home: Path) -> dict[tuple[str, str, int], Limits]:
    rows = _frame(
        "select geography_type, geoid, year, limit_30, limit_50, limit_80 from area_income_limits",
        Settings(home=sample_home, channel="sample").warehouse,
    ).to_numpy()
    return {(row[0], row[1], int(row[2])): (row[3], row[4], row[5]) for row in rows}


def _cells(release: Path, vintage: str) -> list[dict[str, Any]]:
    sample = "acs1" if vintage.endswith("1yr") else "acs5"
    frame = _frame(
        f"from computed_values where year = {vintage[:4]} and sample = '{sample}' order by metric, geoid",
        release / "mobility.duckdb",
    )
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@pytest.mark.parametrize("vintage", VINTAGES)
def test_every_cell_comes_out_again(
    vintage: str, sample_home: Path, sample_release: Path, lake: Path
) -> None:
    records, limits, valued = _records(lake, vintage), _limits(sample_home), 0
    shares = _shares(lake, int(vintage[:4]))
    for cell in _cells(sample_release, vintage):
        area = cell["geography_type"], cell["geoid"]
        pumas = shares.get(area) or shares.get((area[0], SUCCESSORS.get(area[1], "")))
        if pumas is None:
            assert cell["missing_reason"] == "geography_not_matched", cell
            continue
        wanted = plain_metrics.estimate(cell, records, pumas, limits.get((*area, cell["year"])))
        assert plain_metrics.same(cell, wanted), (cell, wanted)
        assert (cell["missing_reason"] == "sample_too_small") == (wanted is None), cell
        valued += wanted is not None
    assert valued > 150


@pytest.mark.parametrize("vintage", FIVE_YEAR)
def test_every_kind_of_group_has_values_in_the_five_year_files(vintage: str, sample_release: Path) -> None:
    found: dict[str, set[str]] = {}
    for cell in _cells(sample_release, vintage):
        if cell["value"] == cell["value"]:
            found.setdefault(cell["metric"], set()).add(cell["subgroup_type"])
    asked = set(GROUPED) - (set() if vintage in ("2018-5yr", "2021-5yr", "2023-5yr") else {"digital_access"})
    assert found == {metric: GROUPED[metric] for metric in asked}


def test_the_window_of_two_puma_lists_counts_the_later_one(sample_home: Path, lake: Path) -> None:
    """2010 and 2011 have PUMAs of 2000, one of whose numbers means another area in the list of 2010."""
    file = f"'{lake}/census_acs_pums/2014-5yr/persons/ss.parquet'"
    known = "select puma from survey_areas where year = 2014"
    counts = _frame(
        "select count(*) filter (PUMA00 is not null) as early, count(*) filter (PUMA10 is not null) as late,"
        f" count(*) filter (PUMA00 in ({known})) as misread from {file}",
        Settings(home=sample_home, channel="sample").warehouse,
    )
    [(early, late, misread)] = counts.itertuples(index=False)
    assert 0 < misread < early < late


def test_every_gap_between_two_estimates_has_an_exact_error(sample_release: Path) -> None:
    """Two groups of one sample with an interval each: the replicates say how far their gap is certain."""
    with duckdb.connect(str(sample_release / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute("""
            with estimates as (
                from metric_values
                where origin = 'computed' and lower < upper
                    and variable in ('share_employed', 'share_hs_degree', 'share_in_preschool')
            )
            select one.variable, count(*), count(gap.standard_error)
            from estimates as one
            inner join estimates as other
                using (geography_type, geoid, year, variable, subgroup_type, sample)
            left join gap_errors as gap
                on gap.geography_type = one.geography_type and gap.geoid = one.geoid and gap.year = one.year
                and gap.variable = one.variable and gap.subgroup_type = one.subgroup_type
                and gap.sample = one.sample
                and gap.group_a = one.subgroup and gap.group_b = other.subgroup
            where one.subgroup < other.subgroup
            group by all""").fetchall()
    assert {variable for variable, *_ in found} == {"share_employed", "share_hs_degree", "share_in_preschool"}
    assert all(gaps == known and gaps > 30 for _, gaps, known in found), found
