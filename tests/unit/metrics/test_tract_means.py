"""What must hold of means over tracts whatever the tracts: transportation and air, by the models' own SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.metric_sql import sql_of, table

few = settings(max_examples=4, deadline=None)
YEAR = {"transportation": 2019, "air_quality": 2018}
LABELS = {
    "transportation": ["Neighborhoods of color", "White neighborhoods", "Mixed neighborhoods"],
    "air_quality": ["Neighborhoods of color", "White neighborhoods", "Mixed neighborhoods"],
}
Numbers = dict[tuple[str, str, str, str], Any]
"""Geography, variable, subgroup type, subgroup -> value."""


@dataclass(frozen=True)
class Tract:
    """A tract of one of two counties, half of which may lie in the place."""

    county: int
    people: int
    white: int
    households: int
    first: int
    """Percent who commute by transit; respiratory hazard."""
    second: int
    """Cost in percent of income; cancer risk."""
    poor: int = 0
    halves: int = 0
    """How many halves lie in the place."""
    code: int = 0


def _tract(parts: tuple[int, int, int, int, int, int, int, int]) -> Tract:
    county, people, white, households, first, second, poor, halves = parts
    return Tract(county, people, min(white, people), households, first, second, min(poor, people), halves)


drawn = st.lists(
    st.tuples(
        st.integers(0, 1), st.integers(0, 900), st.integers(0, 900), st.integers(0, 400), st.integers(0, 60),
        st.integers(10, 60), st.integers(0, 900), st.integers(0, 2),
    ).map(_tract),
    min_size=3,
    max_size=9,
).map(lambda tracts: [replace(tract, code=at + 1) for at, tract in enumerate(tracts)])  # fmt: skip


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    areas = [("county", "01001"), ("county", "01003"), ("place", "0158000")]
    frame = "geography_type varchar, geoid varchar, year integer"
    years = set(YEAR.values())
    table(connection, "geography_years", frame, [(*area, year) for area in areas for year in years])
    table(
        connection,
        "geography_changes",
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar",
        [],
    )
    columns = "metric varchar, subgroup_type varchar, subgroup varchar"
    labels: list[tuple[object, ...]] = [
        *((metric, "all", "All") for metric in YEAR),
        *((metric, "race-share", label) for metric in YEAR for label in ("All", *LABELS[metric])),
        *(("air_quality", "income", label) for label in ("All", "High-Poverty", "Not High-Poverty")),
    ]
    table(connection, "metric_subgroups", columns, labels)
    series = "metric varchar, geography_type varchar, subgroup_type varchar, variable varchar, year integer"
    table(connection, "series", series, [])
    table(connection, "tract_recodes", "old_tract varchar, new_tract varchar", [])
    return connection


def _geoid(tract: Tract) -> str:
    return f"0100{1 + 2 * tract.county}{tract.code:06d}"


def computed(warehouse: duckdb.DuckDBPyConnection, metric: str, tracts: list[Tract]) -> list[dict[str, Any]]:
    """The rows of a metric's model."""
    year = YEAR[metric]
    table(
        warehouse,
        "stg_cnt_ht_index__tracts",
        "year integer, tract_geoid varchar, households double, transit_share double, cost_share double, "
        "source_file varchar",
        [(year, _geoid(t), t.households, t.first / 100, t.second / 100, "c") for t in tracts],
    )
    table(
        warehouse,
        "stg_epa_air_toxics__tracts",
        "year integer, tract_geoid varchar, cancer decimal(18, 10), respiratory decimal(18, 10), "
        "neurological decimal(18, 10), source_files varchar",
        [(year, _geoid(t), t.second, t.first / 100, (t.first + t.second) / 1000, "e") for t in tracts],
    )
    table(
        warehouse,
        "stg_census_acs_tables__residents",
        "level varchar, year integer, geoid varchar, people bigint, white bigint, source_file varchar",
        [("tract", year, _geoid(t), t.people, t.white, "r") for t in tracts],
    )
    table(
        warehouse,
        "stg_census_acs_tables__housing_units",
        "year integer, geoid varchar, housing_units bigint, housing_units_margin bigint, source_file varchar",
        [(year, _geoid(t), t.people // 2, 9, "h") for t in tracts],
    )
    table(
        warehouse,
        "stg_census_acs_tables__tract_poverty",
        "year integer, geoid varchar, universe bigint, poor bigint, source_file varchar",
        [(year, _geoid(t), t.people, t.poor, "p") for t in tracts],
    )
    table(
        warehouse,
        "stg_census_acs_tables__median_incomes",
        "level varchar, year integer, geoid varchar, median_income bigint, median_income_margin bigint, "
        "source_file varchar",
        [(level, year, "", 1, 1, "i") for level in ("county", "place")],
    )
    table(
        warehouse,
        "crosswalk_tract_place",
        "year integer, tract_geoid varchar, geoid varchar, afact decimal(18, 9)",
        [(year, _geoid(t), "0158000", t.halves / 2) for t in tracts if t.halves],
    )
    cursor = warehouse.execute(sql_of(f"{metric}__values"))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def numbers(rows: list[dict[str, Any]], measure: str = "value") -> Numbers:
    return {
        (row["geoid"], row["variable"], row["subgroup_type"], row["subgroup"]): row[measure] for row in rows
    }


# --- both -----------------------------------------------------------------------------------------


@few
@given(tracts=drawn, data=st.data())
@pytest.mark.parametrize("metric", YEAR)
def test_the_order_of_tracts_changes_no_digit(
    warehouse: duckdb.DuckDBPyConnection, metric: str, tracts: list[Tract], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(tracts))
    assert numbers(computed(warehouse, metric, mixed)) == numbers(computed(warehouse, metric, tracts))


@few
@given(tracts=drawn)
@pytest.mark.parametrize("metric", YEAR)
def test_every_area_has_a_value_or_a_reason_and_a_flag_with_the_value(
    warehouse: duckdb.DuckDBPyConnection, metric: str, tracts: list[Tract]
) -> None:
    for row in computed(warehouse, metric, tracts):
        assert (row["value"] is None) == (row["quality"] is None) == (row["missing_reason"] is not None), row


# --- transportation -------------------------------------------------------------------------------


def _plain(tracts: list[Tract], county: int) -> tuple[float, float] | None:
    counted = [t for t in tracts if t.county == county and t.people and t.households]
    weight = sum(t.households for t in counted)
    if not weight:
        return None
    return (
        sum(t.households * t.first for t in counted) / weight / 100,
        sum(t.households * t.second for t in counted) / weight / 100,
    )


@few
@given(tracts=drawn)
def test_transportation_is_a_mean_over_households_where_people_live(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """A tract without residents, and one without households, count for nothing."""
    found = numbers(computed(warehouse, "transportation", tracts))
    for county, geoid in enumerate(("01001", "01003")):
        wanted = _plain(tracts, county)
        for at, name in enumerate(("share_transit_commuter", "share_transportation_cost")):
            value = found.get((geoid, name, "all", "All"))
            assert value == (None if wanted is None else pytest.approx(wanted[at], abs=1e-12))


@few
@given(tracts=drawn)
def test_a_tract_cut_in_two_equal_halves_changes_no_mean(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    even = [
        replace(t, people=2 * t.people, white=2 * t.white, households=2 * t.households, poor=2 * t.poor)
        for t in tracts
    ]
    first, *others = even
    halves = [
        replace(
            first,
            people=first.people // 2,
            white=first.white // 2,
            households=first.households // 2,
            poor=first.poor // 2,
            code=code,
        )
        for code in (first.code, 99)
    ]
    whole = numbers(computed(warehouse, "transportation", even))
    cut = numbers(computed(warehouse, "transportation", [*halves, *others]))
    assert whole.keys() == cut.keys()
    for key, value in whole.items():
        assert cut[key] == (None if value is None else pytest.approx(value, abs=1e-12))


@few
@given(tracts=drawn, transit=st.integers(0, 100), cost=st.integers(0, 100))
def test_equal_tracts_give_their_value_everywhere(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract], transit: int, cost: int
) -> None:
    same = [replace(t, first=transit, second=cost) for t in tracts]
    found = numbers(computed(warehouse, "transportation", same))
    for (_, name, _, _), value in found.items():
        wanted = (transit if name == "share_transit_commuter" else cost) / 100
        assert value is None or value == pytest.approx(wanted, abs=1e-12)


@few
@given(tracts=drawn, unknown=st.integers(0, 2))
def test_an_area_whose_tracts_the_tables_do_not_know_has_no_value(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract], unknown: int
) -> None:
    """Tables of the other decade: where they know fewer than 95 % of the households, nothing is said."""
    computed(warehouse, "transportation", tracts)
    lost = tracts[unknown]
    warehouse.execute("delete from stg_census_acs_tables__residents where geoid = ?", [_geoid(lost)])
    cursor = warehouse.execute(sql_of("transportation__values"))
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    everyone = sum(t.households for t in tracts if t.county == lost.county)
    geoid = ("01001", "01003")[lost.county]
    for row in rows:
        if row["geoid"] == geoid and lost.households > 0.05 * everyone:
            assert (row["value"], row["missing_reason"]) == (None, "no_source_data")


# --- air ------------------------------------------------------------------------------------------


def _ranks(tracts: list[Tract]) -> list[int] | None:
    """Percent ranks by numpy; none where a hazard does not vary."""
    hazards = np.array([[t.first / 100, t.second, (t.first + t.second) / 1000] for t in tracts])
    spread = hazards.std(axis=0, ddof=1)
    if not spread.all():
        return None
    clean = -((hazards - hazards.mean(axis=0)) / spread).sum(axis=1)
    lower = [(clean < one - 1e-9).sum() for one in clean]
    return [round(100 * int(rank) / (len(tracts) - 1)) for rank in lower]


@few
@given(tracts=drawn)
def test_air_is_a_mean_of_ranks_over_residents(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    ranks = _ranks(tracts)
    found = numbers(computed(warehouse, "air_quality", tracts))
    for county, geoid in enumerate(("01001", "01003")):
        if ranks is None:
            continue
        own = [(rank, t.people) for rank, t in zip(ranks, tracts, strict=True) if t.county == county]
        people = sum(weight for _, weight in own)
        value = found.get((geoid, "index_air_hazard", "all", "All"))
        if not people:
            assert value is None
            continue
        mean = sum(rank * weight for rank, weight in own) / people
        # Ties of hazards that differ by the rounding of doubles may be broken either way.
        assert value == pytest.approx(mean, abs=0.5 + 1e-9)


@few
@given(tracts=drawn)
def test_tracts_cut_in_halves_move_a_rank_only_by_how_many_there_are(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """Ranks count tracts, so that cutting them changes no order, but 2k / (2n - 1) stands for k / (n - 1)."""
    kinds = {(t.first, t.second) for t in tracts}
    assume(len(kinds) == len(_cleanness(tracts)))  # no two tracts are equally clean by chance
    even = [replace(t, people=2 * t.people, white=2 * t.white, poor=2 * t.poor) for t in tracts]
    halves = [
        replace(t, people=t.people // 2, white=t.white // 2, poor=t.poor // 2, code=t.code + part)
        for t in even
        for part in (0, 100)
    ]
    whole = numbers(computed(warehouse, "air_quality", even))
    cut = numbers(computed(warehouse, "air_quality", halves))
    assert whole.keys() == cut.keys()
    rounded = 2  # of ranks and of means, on both sides
    for key, value in whole.items():
        assert (value is None) == (cut[key] is None)
        assert value is None or -rounded <= value - cut[key] <= 100 / (2 * len(tracts) - 1) + rounded


def _cleanness(tracts: list[Tract]) -> set[float]:
    """How clean the tracts are, to the digits in which doubles agree."""
    hazards = np.array([[t.first / 100, t.second, (t.first + t.second) / 1000] for t in tracts])
    spread = hazards.std(axis=0, ddof=1)
    if not spread.all():
        return set()
    return set(((hazards - hazards.mean(axis=0)) / spread).sum(axis=1).round(6).tolist())


@few
@given(tracts=drawn)
def test_where_all_air_is_equal_nothing_is_ranked(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """Without a spread there is no z-score, and no number is made of it."""
    same = [replace(t, first=7, second=20) for t in tracts]
    for row in computed(warehouse, "air_quality", same):
        assert row["value"] is None and row["missing_reason"] is not None


@few
@given(tracts=drawn)
def test_kinds_of_tracts_are_parts_of_all(warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]) -> None:
    """Residents of the kinds add up to those of all, by race and by poverty."""
    found = numbers(computed(warehouse, "air_quality", tracts), "denominator")
    for geoid in ("01001", "01003", "0158000"):
        for kind in ("race-share", "income"):
            of_kind = {key[3]: people for key, people in found.items() if (key[0], key[2]) == (geoid, kind)}
            if of_kind and of_kind["All"] is not None:
                assert (
                    sum(people or 0 for label, people in of_kind.items() if label != "All") == of_kind["All"]
                )
