"""What must hold of learning rates whatever the scores, and an independent regression beside them."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.metric_sql import sql_of, table

COUNTIES = ("01001", "01003", "01005")
BOUNDS = ("value", "lower", "upper")
Scores = list[tuple[int, int | None, int]]
"""Place in three counties of six grades, score in thousandths of a grade level, tests."""
drawn_scores = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1_000, 9_000)), st.integers(1, 500)), min_size=18, max_size=18
).map(lambda cells: [(at, mean, tests) for at, (mean, tests) in enumerate(cells)])
few = settings(max_examples=10, deadline=None)


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    table(
        connection,
        "geography_years",
        "geography_type varchar, geoid varchar, year integer, state varchar, name varchar",
        [("county", geoid, 2018, "01", geoid) for geoid in COUNTIES],
    )
    table(
        connection,
        "geography_changes",
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar",
        [],
    )
    table(connection, "school_city_names", "geoid varchar, city varchar", [])
    directory = "leaid varchar, year integer, city_location varchar, city_file varchar"
    table(connection, "stg_ccd_districts__directory", directory, [])
    return connection


def rates(warehouse: duckdb.DuckDBPyConnection, drawn: Scores) -> dict[str, dict[str, Any]]:
    table(
        warehouse,
        "stg_seda__scores",
        "level varchar, code varchar, year integer, grade smallint, subgroup_type varchar, subgroup varchar, "
        "mean_score double, tests integer, source_file varchar",
        [
            ("county", COUNTIES[at // 6], 2018, 3 + at % 6, "all", "All", mean and mean / 1000, tests, "s")
            for at, mean, tests in drawn
        ],
    )
    cursor = warehouse.execute(sql_of("learning_rate__values"))
    names = [column[0] for column in cursor.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["geoid"]: row for row in rows if row["subgroup_type"] == "all"}


def pooled(drawn: Scores) -> dict[str, tuple[float, float | None]]:
    """Slope and standard error of one weighted regression with dummies, by the normal equations."""
    used = [(at // 6, 3 + at % 6, mean / 1000, tests) for at, mean, tests in drawn if mean is not None]
    grades = [sum(1 for area, *_ in used if area == number) for number in range(3)]
    singles, whole = grades.count(1), [number for number in range(3) if grades[number] >= 2]
    if not whole:
        return {}
    fitted = [row for row in used if row[0] in whole]
    design = np.array(
        [
            [*(area == number for number in whole), *(grade * (area == number) for number in whole)]
            for area, grade, _, _ in fitted
        ],
        dtype=float,
    )
    scores = np.array([mean for _, _, mean, _ in fitted])
    weights = np.array([tests for *_, tests in fitted]) * len(used) / sum(tests for *_, tests in used)
    crossed = np.linalg.inv(design.T @ (design * weights[:, None]))
    found = crossed @ (design.T @ (weights * scores))
    freedom = len(used) - design.shape[1] - singles
    left = (weights * (scores - design @ found) ** 2).sum()
    return {
        COUNTIES[number]: (
            found[len(whole) + at],
            np.sqrt(crossed[len(whole) + at, len(whole) + at] * left / freedom) if freedom else None,
        )
        for at, number in enumerate(whole)
    }


@few
@given(drawn=drawn_scores)
def test_slopes_and_errors_are_those_of_one_regression(
    warehouse: duckdb.DuckDBPyConnection, drawn: Scores
) -> None:
    found, wanted = rates(warehouse, drawn), pooled(drawn)
    assert {geoid for geoid, row in found.items() if row["value"] is not None} == set(wanted)
    for geoid, (slope, error) in wanted.items():
        row = found[geoid]
        assert row["value"] == pytest.approx(slope, abs=1e-8)
        assert (row["lower"] is None) == (error is None or error < 1e-7)
        if row["lower"] is not None:
            assert row["upper"] - row["value"] == pytest.approx(1.96 * error, rel=1e-6)


@few
@given(drawn=drawn_scores, order=st.permutations(range(18)))
def test_the_order_of_rows_changes_no_digit(
    warehouse: duckdb.DuckDBPyConnection, drawn: Scores, order: list[int]
) -> None:
    assert rates(warehouse, [drawn[at] for at in order]) == rates(warehouse, drawn)


@few
@given(drawn=drawn_scores, missing=st.integers(0, 17))
def test_a_missing_score_is_as_no_row_for_the_slope(
    warehouse: duckdb.DuckDBPyConnection, drawn: Scores, missing: int
) -> None:
    """Its tests still count for the flag: a grade that is not shown is a grade with few tests."""
    blank = rates(warehouse, [(at, None if at == missing else mean, tests) for at, mean, tests in drawn])
    absent = rates(warehouse, [row for row in drawn if row[0] != missing])
    for geoid in COUNTIES:
        assert [blank[geoid][name] for name in BOUNDS] == [absent[geoid][name] for name in BOUNDS]


@few
@given(drawn=drawn_scores, score=st.integers(1_000, 9_000))
def test_equal_scores_have_slope_zero_and_no_interval(
    warehouse: duckdb.DuckDBPyConnection, drawn: Scores, score: int
) -> None:
    """An interval of width zero is never printed as certainty."""
    found = rates(warehouse, [(at, None if mean is None else score, tests) for at, mean, tests in drawn])
    for row in found.values():
        assert row["value"] is None or row["value"] == pytest.approx(0, abs=1e-9)
        assert row["lower"] is None and row["upper"] is None


@few
@given(drawn=drawn_scores, factor=st.integers(2, 50))
def test_more_tests_everywhere_change_neither_slope_nor_interval(
    warehouse: duckdb.DuckDBPyConnection, drawn: Scores, factor: int
) -> None:
    found = rates(warehouse, drawn)
    larger = rates(warehouse, [(at, mean, tests * factor) for at, mean, tests in drawn])
    for geoid in COUNTIES:
        for name in BOUNDS:
            one, other = found[geoid][name], larger[geoid][name]
            assert (one is None) == (other is None)
            assert one is None or other == pytest.approx(one, rel=1e-7, abs=1e-7)
