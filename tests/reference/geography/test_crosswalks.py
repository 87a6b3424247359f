"""The crosswalks against what is known of Urban's files, and against the files themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

pytestmark = pytest.mark.reference

PERIODS = ("2022", "pre-2022")
# Counts of the published files; ours lack Puerto Rico (79 rows, 78 counties), and have three codes of
# earlier years and the small overlaps that Urban drops.
PUBLISHED_ROWS = {"county": {"2022": 4_690, "pre-2022": 4_546}, "place": {"2022": 1_550, "pre-2022": 1_510}}
OUR_ROWS = {"county": {"2022": 4_611, "pre-2022": 4_549}, "place": {"2022": 1_578, "pre-2022": 1_542}}


@pytest.fixture(scope="module")
def warehouse(national_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The national warehouse, read only."""
    file = national_home / "national" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def _cross_tab(warehouse: duckdb.DuckDBPyConnection, geography_type: str, period: str) -> dict[Any, int]:
    """(flag as published, flag corrected) -> number of areas."""
    rows = warehouse.execute(
        "select published_geographic_allocation_quality, geographic_allocation_quality, "
        f"count(distinct geoid) from crosswalk_puma_{geography_type} "
        "where crosswalk_period = ? and last_year = (select max(last_year) from "
        f"crosswalk_puma_{geography_type} where crosswalk_period = ?) group by all",
        [period, period],
    ).fetchall()
    return {(published, corrected): count for published, corrected, count in rows}


def test_corrected_place_flags_before_2022(warehouse: duckdb.DuckDBPyConnection) -> None:
    """157 of 485 places get a better flag, none a worse one."""
    assert _cross_tab(warehouse, "place", "pre-2022") == {
        (1, 1): 101,
        (2, 1): 49,
        (2, 2): 210,
        (3, 1): 69,
        (3, 2): 39,
        (3, 3): 17,
    }


def test_other_flags_stay_but_for_two_at_the_limit(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Newport Beach CA and Knox County IL reach 0.35 only by rounding; Puerto Rico is left out."""
    assert _cross_tab(warehouse, "place", "2022") == {(1, 1): 240, (2, 2): 238, (2, 3): 1, (3, 3): 7}
    assert _cross_tab(warehouse, "county", "pre-2022") == {
        (1, 1): 560,
        (2, 2): 453,
        (2, 3): 1,
        (3, 3): 2_129,
    }
    county_2022 = _cross_tab(warehouse, "county", "2022")
    assert sum(county_2022.values()) == 3_144
    assert all(published == corrected for published, corrected in county_2022)


def test_recipe_gives_every_published_flag_and_sum(warehouse: duckdb.DuckDBPyConnection) -> None:
    """From Geocorr's own factors come Urban's flags and sums, row by row, in files of the known size."""
    for geography_type, periods in PUBLISHED_ROWS.items():
        for period, rows in periods.items():
            compared = {
                measure: (count, agreeing)
                for measure, count, agreeing in warehouse.execute(
                    "select measure, count(*), count(*) filter (agrees) from crosswalk_comparison "
                    "where geography_type = ? and crosswalk_period = ? group by measure",
                    [geography_type, period],
                ).fetchall()
            }
            only_in_urban = compared.get("only_in_urban", (0, 0))[0]
            only_here = compared.get("only_here", (0, 0))[0]
            assert compared["afact"][0] + only_in_urban == rows
            assert compared["afact"][0] + only_here == OUR_ROWS[geography_type][period]
            assert compared["afact"][0] == compared["afact"][1]
            for measure in ("published_sum_products", "published_geographic_allocation_quality"):
                assert compared[measure][0] == compared[measure][1] > 0


def test_delivered_afact2_divides_by_the_place_code_alone(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The fault of the export itself: all 34,225 rows by the five digits, 44 % by state and place."""
    by_code, by_state_and_code, rows = warehouse.execute(
        """
        select
            count(*) filter (abs(population / of_code - delivered_afact2) < 6e-5),
            count(*) filter (abs(population / of_place - delivered_afact2) < 6e-5),
            count(*)
        from (
            select
                *,
                sum(population) over (partition by place) as of_code,
                sum(population) over (partition by geoid) as of_place
            from stg_geocorr__puma_to_place
            where census_year = 2010
        )
        """
    ).fetchall()[0]
    assert (by_code, rows) == (34_225, 34_225)
    assert by_state_and_code / rows == pytest.approx(0.438, abs=0.001)


@pytest.mark.parametrize(
    ("year", "counties"), [(2014, 3_142), (2015, 3_142), (2019, 3_142), (2020, 3_143), (2022, 3_144)]
)
def test_counties_of_each_year(warehouse: duckdb.DuckDBPyConnection, year: int, counties: int) -> None:
    held = {
        row[0]
        for row in warehouse.execute(
            "select geoid from crosswalk_puma_county where ? between first_year and last_year", [year]
        ).fetchall()
    }
    assert len(held) == counties
    assert ("02270" in held, "02158" in held) == (year == 2014, year > 2014)
    assert ("02261" in held, "02063" in held) == (year < 2020, year >= 2020)
    assert ("09001" in held, "09110" in held) == (year < 2022, year >= 2022)


def test_county_to_place_equals_urbans_file_of_2022(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Every row of a place of the frame has the same people and, but for rounding, the same factors."""
    published = {
        (county, place): numbers
        for county, place, *numbers in warehouse.execute(
            "select countyfip, state || place, population, afact, afact2 "
            "from lake.urban_crosswalks__county_place_2022_onwards"
        ).fetchall()
    }
    ours = {
        (county, place): numbers
        for county, place, *numbers in warehouse.execute(
            "select county_geoid, place_geoid, population, afact, afact2 from crosswalk_county_place "
            "where 2022 between first_year and last_year"
        ).fetchall()
    }
    frame = {place for _, place in ours}
    assert len(frame) == 486
    assert {key for key in published if key[1] in frame} == set(ours)
    for key, numbers in ours.items():
        assert numbers == pytest.approx(published[key], abs=5.1e-5), key
