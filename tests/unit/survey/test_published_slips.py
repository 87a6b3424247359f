"""What slips of the published programs do to a cell: the difference that a deviation claims, no other.

No real file is at hand in which both sides could be seen, so records are drawn. Every cell is computed three
times: by the models, by the plain implementation, and by the plain implementation with the slip.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from orchestration.base.settings import SHIPPED_MIRROR
from tests.support import plain_metrics, survey_draws, survey_models
from tests.support.plain_metrics import Limits, Records, Slip
from tests.support.plain_survey import Estimate
from tests.support.survey_models import Areas
from tests.unit.seeds.reading import parts, seed

Cell = dict[str, Any]
Pair = tuple[Cell, Estimate | None]
DEVIATIONS = {row["deviation_id"]: row for row in seed("deviations")}
KNOWN, NEW, PARTLY = ("county", "99001"), ("county", "99003"), ("county", "99005")
QUALITY = {KNOWN: 1, NEW: 1, PARTLY: 2}


def _areas(year: int) -> Areas:
    """Counties of a PUMA with an old number, of one with a new number, and of a bit of each."""
    shares = {
        KNOWN: {("99", "00100"): 1.0},
        NEW: {("99", "00301"): 1.0},
        PARTLY: {("99", "00200"): 0.3456, ("99", "00301"): 0.04},
    }
    return Areas(year, shares, QUALITY)


def _computed(
    folder: Path,
    sql: dict[str, str],
    areas: Areas,
    records: dict[str, pd.DataFrame],
    metrics: tuple[str, ...],
    limits: dict[tuple[str, str], Limits] | None = None,
) -> list[Cell]:
    with survey_models.warehouse(folder / "warehouse.duckdb", areas, records) as connection:
        if limits:
            survey_models.put_limits(connection, areas.year, limits)
        models = [f"{metric}__values" for metric in metrics]
        survey_models.run(connection, sql, "survey_person_sums", *models)
        return [cell for metric in metrics for cell in survey_models.cells(connection, metric)]


def _area(cell: Cell) -> tuple[str, str]:
    return cell["geography_type"], cell["geoid"]


def _renamed(drawn: dict[str, pd.DataFrame], year: int, frame: str = "persons") -> pd.DataFrame:
    """Records of a drawn file as interviewed in another year of it."""
    serial = drawn[frame]["SERIALNO"].str.slice(4)
    return drawn[frame].assign(SERIALNO=str(year) + serial)


def _claimed(deviation: str, *names: str) -> list[set[str]]:
    return [set(parts(DEVIATIONS[deviation][name])) for name in names]


# --- acs-2014-mixed-pumas --------------------------------------------------------------------------------

FIVE_YEAR_METRICS = ("employment", "high_school_completion", "preschool_enrollment", "income_percentiles")


def _two_generations() -> dict[str, pd.DataFrame]:
    """The file of 2010-2014: PUMA 00900 is gone in 2013, 00301 is new."""
    early = survey_draws.records(11, "2014-5yr", households=60, pumas=("00100", "00200", "00900"))
    late = survey_draws.records(12, "2014-5yr", households=80)
    return {
        kind: pd.concat(
            [
                _renamed(early, 2011, kind).rename(columns={"PUMA": "PUMA00"}),
                _renamed(late, 2013, kind).rename(columns={"PUMA": "PUMA10"}),
            ],
            ignore_index=True,
        )
        for kind in early
    }


def test_puma_numbers_of_2000_taken_for_those_of_2010(tmp_path: Path, rendered: dict[str, str]) -> None:
    """Deviation acs-2014-mixed-pumas: more records than ours, all in areas of PUMAs whose number is old."""
    files = _two_generations()
    cells = [
        cell
        for cell in _computed(tmp_path, rendered, _areas(2014), files, FIVE_YEAR_METRICS)
        if cell["sample"] == "acs5"
    ]
    ours, mixed = (
        Records.of(*(files[k] for k in ("persons", "housing_units")), mixed_pumas=m) for m in (False, True)
    )
    moved = blank = 0
    for cell in cells:
        shares = _areas(2014).of(_area(cell))
        assert plain_metrics.same(cell, plain_metrics.estimate(cell, ours, shares)), cell
        published = plain_metrics.estimate(cell, mixed, shares)
        # Records are only added: what is blank in the published file is blank here too.
        assert published is not None or np.isnan(cell["value"]), cell
        blank += published is not None and np.isnan(cell["value"])
        if _area(cell) == NEW:
            assert plain_metrics.same(cell, published), cell
        else:
            moved += published is not None and not plain_metrics.same(cell, published)
    assert moved > 30 and blank > 0


def test_the_claim_on_2014_is_every_five_year_series_of_that_year() -> None:
    row = DEVIATIONS["acs-2014-mixed-pumas"]
    series = [one for one in seed("series") if (one["sample"], one["year"]) == ("acs5", "2014")]
    assert _claimed("acs-2014-mixed-pumas", "variables", "publications") == [
        {one["variable"] for one in series}, {one["publication"] for one in series}
    ]  # fmt: skip
    assert row["predicate"] == "sample = 'acs5' and value is not null"


# --- income-five-year-whole-dollars, income-2016-five-year-inflation ----------------------------------------

ADJUST = {2012: 1.010207, 2013: 1.007549, 2014: 1.008425, 2015: 1.001264, 2016: 1.007588, 2017: 1.011189,
          2018: 1.013097, 2019: 1.010145, 2020: 1.006149, 2021: 1.029928}  # fmt: skip
EXTRACT = {
    2016: (1.047111, 1.031825, 1.014643, 1.012898, 1.0),
    2018: (1.0617284, 1.0599125, 1.0464063, 1.0243763, 1.0),
    2021: (1.1052632, 1.0789616, 1.0597610, 1.0466946, 1.0),
}
AGENCY = {
    2016: (1_056_030, 1_038_170, 1_022_342, 1_013_916, 1_007_588),
    2018: (1_070_673, 1_061_242, 1_054_346, 1_035_838, 1_013_097),
    2021: (1_117_630, 1_093_093, 1_070_512, 1_053_131, 1_029_928),
}
"""ADJINC. Of 2016 from a copy of the agency's dictionary, the others as in `acs_pums_codes.csv`."""


def _five_years(end: int) -> dict[str, pd.DataFrame]:
    drawn = [survey_draws.records(20 + n, f"{end}-5yr", households=70) for n in range(5)]
    parts_of = {
        kind: [_renamed(one, end - 4 + n, kind).assign(ADJINC=AGENCY[end][n]) for n, one in enumerate(drawn)]
        for kind in drawn[0]
    }
    return {kind: pd.concat(frames, ignore_index=True) for kind, frames in parts_of.items()}


def _in_whole_dollars(records: Records, end: int) -> Records:
    """Incomes as the extract gives them: inflated, rounded, then times the factor of the year."""
    years = records.units["SERIALNO"].str.slice(0, 4).astype(int)
    inflated = (
        records.units["HINCP"].astype(float) * years.map(lambda year: EXTRACT[end][year - end + 4])
    ).round()
    return Records(records.persons, records.units.assign(dollars=inflated * years.map(ADJUST)))


def _incomes(
    folder: Path, sql: dict[str, str], end: int
) -> Iterator[tuple[Cell, Estimate | None, Estimate | None]]:
    files = _five_years(end)
    ours = Records.of(files["persons"], files["housing_units"])
    published = _in_whole_dollars(ours, end)
    for cell in _computed(folder, sql, _areas(end), files, ("income_percentiles",)):
        if cell["sample"] == "acs5":
            one, other = (
                plain_metrics.estimate(cell, records, _areas(end).of(_area(cell)))
                for records in (ours, published)
            )
            assert plain_metrics.same(cell, one), cell
            yield cell, one, other


def _drift(end: int) -> float:
    """How far the factors of the extract are from the agency's, relative to the income, at most."""
    pairs = zip(range(end - 4, end + 1), EXTRACT[end], AGENCY[end], strict=True)
    return max(abs(factor * ADJUST[year] / (agency / 1e6) - 1) for year, factor, agency in pairs)


@pytest.mark.parametrize("end", [2018, 2021])
def test_incomes_in_whole_dollars(tmp_path: Path, rendered: dict[str, str], end: int) -> None:
    """Deviation income-five-year-whole-dollars: a value is off by half a dollar and 1e-5 of it, not more.

    Moving every income by at most so much moves a percentile by at most so much. A bound can move further:
    incomes that rounding makes equal are counted together.
    """
    assert _drift(end) < 1e-5
    off = bounds = jumped = 0
    for _, one, other in _incomes(tmp_path, rendered, end):
        assert (one is None) == (other is None)
        if one is None or other is None:
            continue
        reach = 0.5 * max(ADJUST.values()) + 1e-5 * abs(one.value)
        assert abs(other.value - one.value) <= reach
        off += abs(other.value - one.value) > 1e-6
        for mine, theirs in ((one.lower, other.lower), (one.upper, other.upper)):
            assert np.isnan(mine) == np.isnan(theirs)
            bounds += 1
            jumped += abs(theirs - mine) > 0.5 * max(ADJUST.values()) + 1e-5 * abs(mine)
    assert off > 20 and jumped < bounds / 50


def test_incomes_of_2016_are_inflated_more(tmp_path: Path, rendered: dict[str, str]) -> None:
    """Deviation income-2016-five-year-inflation: every value too high, by up to 0.17 %."""
    assert 0.0016 < _drift(2016) < 0.0017
    off = 0
    for _, one, other in _incomes(tmp_path, rendered, 2016):
        assert (one is None) == (other is None)
        if one is not None and other is not None and one.value > 0:
            assert -0.51 <= other.value - one.value <= 0.51 + 0.0017 * one.value
            off += other.value - one.value > 1
    assert off > 20


def test_the_claims_on_incomes_are_the_five_year_series() -> None:
    claimed = {
        "income-five-year-whole-dollars": {"2018", "2021"},
        "income-2016-five-year-inflation": {"2016"},
        "income-2023-five-year-understated": {"2023"},
    }
    series = [
        one for one in seed("series") if one["metric"] == "income_percentiles" and one["sample"] == "acs5"
    ]
    for deviation, years in claimed.items():
        assert _claimed(deviation, "years", "publications", "measures") == [
            years, {one["publication"] for one in series}, {"value", "lower", "upper"}
        ], deviation  # fmt: skip
    assert {one["year"] for one in series} == {"2014"}.union(*claimed.values())


# --- affordability ----------------------------------------------------------------------------------------

LIMITS: dict[tuple[str, str], Limits] = dict.fromkeys((KNOWN, NEW, PARTLY), (30_000, 50_000, 80_000))
VACANT: Slip = "vacant homes not allocated"
NO_CASH: Slip = "no cash rent not counted"
UNADJUSTED: Slip = "vacant rents not adjusted"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory, rendered: dict[str, str]) -> tuple[list[Cell], Records]:
    files = survey_draws.records(31, "2018-1yr", households=400)
    folder = tmp_path_factory.mktemp("homes")
    cells = _computed(folder, rendered, _areas(2018), files, ("housing_affordability",), LIMITS)
    return cells, Records.of(files["persons"], files["housing_units"])


def _with(slips: set[Slip], homes: tuple[list[Cell], Records]) -> Iterator[tuple[Cell, float]]:
    """Every cell that has a value, and the published value minus ours."""
    cells, records = homes
    for cell in cells:
        numbers = partial(
            plain_metrics.estimate, cell, records, _areas(2018).of(_area(cell)), LIMITS[_area(cell)]
        )
        ours, published = numbers(), numbers(frozenset(slips))
        assert plain_metrics.same(cell, ours), cell
        assert (ours is None) == (published is None)
        if ours is not None and published is not None:
            yield cell, published.value - ours.value


def test_vacant_homes_counted_whole_in_every_area(homes: tuple[list[Cell], Records]) -> None:
    """Deviation affordability-vacant-units-not-allocated: too high, and only where a PUMA lies in part."""
    differences = list(_with({VACANT}, homes))
    assert {_area(cell) for cell, _ in differences} == set(LIMITS)
    for cell, difference in differences:
        assert difference >= -1e-12, cell
        assert _area(cell) == PARTLY or abs(difference) < 1e-12, cell
    assert sum(difference > 0.01 for _, difference in differences) > 5


def test_the_difference_is_the_vacant_homes_outside(homes: tuple[list[Cell], Records]) -> None:
    """In an area of one PUMA the ratio is a straight line in 1/afact, as in published cells."""
    cells, records = homes
    for cell in (one for one in cells if _area(one) == KNOWN):
        found = [
            plain_metrics.estimate(cell, records, {"00100": share}, LIMITS[KNOWN], frozenset({VACANT}))
            for share in (1.0, 0.8, 0.5)
        ]
        values = [one.value for one in found if one is not None]
        if len(values) == 3:
            slope = (values[1] - values[0]) / (1 / 0.8 - 1)
            assert abs(values[2] - values[0] - slope * (1 / 0.5 - 1)) < 1e-9, cell
            assert slope >= 0


@pytest.mark.parametrize(("slip", "sign"), [(NO_CASH, -1), (UNADJUSTED, 1)])
def test_slips_of_rents_leave_owners_alone(slip: Slip, sign: int, homes: tuple[list[Cell], Records]) -> None:
    """Deviations affordability-no-cash-rent (too low) and affordability-vacant-rents (too high in 2018)."""
    moved = 0
    for cell, difference in _with({slip}, homes):
        assert sign * difference >= -1e-12, cell
        assert cell["subgroup"] != "Owner" or abs(difference) < 1e-12, cell
        moved += abs(difference) > 1e-6
    assert moved > 1


def test_owners_in_areas_of_whole_pumas_are_not_claimed(homes: tuple[list[Cell], Records]) -> None:
    """All slips together leave these cells alone, and no deviation names them."""
    owners = [
        difference
        for cell, difference in _with({VACANT, NO_CASH, UNADJUSTED}, homes)
        if cell["subgroup"] == "Owner" and _area(cell) != PARTLY
    ]
    assert len(owners) > 3 and max(map(abs, owners)) < 1e-12
    for deviation in ("affordability-no-cash-rent", "affordability-vacant-rents"):
        assert _claimed(deviation, "subgroups") == [{"All", "Renter"}]


def test_the_claim_leaves_out_exactly_the_areas_of_whole_pumas() -> None:
    predicate = DEVIATIONS["affordability-vacant-units-not-allocated"]["predicate"]
    early, late = _areas_of_whole_pumas()
    assert predicate == (
        f"value is not null and not (year < 2022 and geoid in ({early})"
        f" or year >= 2022 and geoid in ({late}))"
    )


def _areas_of_whole_pumas() -> tuple[str, str]:
    """As lists of SQL, before 2022 and since."""
    least: dict[tuple[str, str], float] = {}
    for geography in ("county", "place"):
        path = next((SHIPPED_MIRROR / "urban_crosswalks").rglob(f"crosswalk_puma_to_{geography}.csv.gz"))
        with gzip.open(path, "rt", encoding="latin-1", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["statefip"] != "72" and float(row["afact"] or 0) > 0:
                    key = row["crosswalk_period"], row["statefip"] + row[geography]
                    least[key] = min(float(row["afact"]), least.get(key, 1.0))
    early, late = (
        ", ".join(f"'{geoid}'" for (of, geoid), share in sorted(least.items()) if of == period and share == 1)
        for period in ("pre-2022", "2022")
    )
    return early, late
