"""What must hold for any schools: the metric's own SQL on drawn ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import metric_sql

few = settings(max_examples=25, deadline=None)
COUNTIES = ("01001", "01003")
RACES = {1: "white", 2: "black", 3: "hispanic"}


@dataclass(frozen=True)
class School:
    """A school of 2019."""

    county: str | None
    enrollment: int | None
    students: tuple[tuple[int, int], ...]
    """Of each of three races: boys, girls; below 0 no answer."""
    poverty: float | None
    city: str = "Elsewhere"


counts = st.tuples(st.integers(-2, 60), st.integers(-2, 60))
schools = st.lists(
    st.builds(
        School,
        st.sampled_from([*COUNTIES, None]),
        st.sampled_from([None, 0, 1, 500]),
        st.tuples(counts, counts, counts),
        st.none() | st.sampled_from([0.0, 19.999999, 20.0, 20.000001, 100.0]),
        st.sampled_from(["Elsewhere", "ST. PAUL", "Saint Paul", "st paul"]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    frame = [("county", geoid, 2019, geoid[:2], geoid) for geoid in COUNTIES]
    frame.append(("place", "0158000", 2019, "01", "St. Paul city"))
    columns = "geography_type varchar, geoid varchar, year integer, state varchar, name varchar"
    metric_sql.table(connection, "geography_years", columns, list(frame))
    changes = (
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar"
    )
    metric_sql.table(connection, "geography_changes", changes, [])
    metric_sql.table(connection, "school_city_names", "geoid varchar, city varchar", [])
    return connection


def computed(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School]
) -> dict[tuple[str, str], tuple[object, ...]]:
    """Value, numerator, denominator, flag and reason of each area and race, by staging and model."""
    lake = "_vintage varchar, year integer, ncessch varchar"
    directory, enrollment, poverty = [], [], []
    for number, school in enumerate(drawn):
        key = ("2019", 2019, f"{number:012d}")
        directory.append((*key, "a school", school.county or "-2", school.city, school.enrollment))
        poverty.append((*key, school.poverty))
        for race, both in zip(RACES, school.students, strict=True):
            total = sum(max(count, 0) for count in both)
            enrollment += [
                (*key, 99, race, sex, count) for sex, count in zip((1, 2, 99), (*both, total), strict=True)
            ]
    place = "school_name varchar, county_code varchar, city_location varchar"
    kinds = {
        "directory": (f"{lake}, {place}, enrollment integer", directory),
        "enrollment": (f"{lake}, grade integer, race integer, sex integer, enrollment integer", enrollment),
        "poverty": (f"{lake}, meps_poverty_pct double", poverty),
    }
    for name, (columns, rows) in kinds.items():
        metric_sql.table(warehouse, f"portal_schools__{name}", columns, rows)
        metric_sql.table(warehouse, f"portal_schools__bulk_{name}", columns, [])
        metric_sql.build(warehouse, f"stg_portal_schools__{name}")
    metric_sql.build(warehouse, "school_economic_diversity__schools", "school_economic_diversity__values")
    rows = warehouse.execute(
        "select geoid, variable, value, numerator, denominator, quality, missing_reason "
        "from school_economic_diversity__values order by all"
    ).fetchall()
    return {(geoid, variable.removeprefix("share_meps20_")): tuple(rest) for geoid, variable, *rest in rows}


def plainly(drawn: list[School], geoid: str, race: int) -> tuple[float | None, int]:
    """The share and its denominator, school by school."""
    poor = counted = 0
    for school in drawn:
        here = school.county == geoid if len(geoid) == 5 else "paul" in school.city.lower()
        if not here or school.county is None or not school.enrollment or school.poverty is None:
            continue
        students = sum(max(count, 0) for count in school.students[race - 1])
        counted += students
        poor += students if school.poverty >= 20 else 0
    return (poor / counted if counted else None), counted


@few
@given(schools)
def test_cells_are_those_counted_school_by_school(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School]
) -> None:
    for (geoid, race), (value, _, denominator, quality, reason) in computed(warehouse, drawn).items():
        expected, students = plainly(drawn, geoid, {name: code for code, name in RACES.items()}[race])
        assert value == expected and (denominator or 0) == students
        assert quality == (None if value is None else 1 if students >= 30 else 2 if students >= 15 else 3)
        assert (reason is None) == (value is not None) and (value is None or 0 <= value <= 1)


@few
@given(schools, st.randoms(use_true_random=False))
def test_the_order_of_schools_does_not_matter(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School], shuffler: object
) -> None:
    other = list(drawn)
    shuffler.shuffle(other)  # type: ignore[attr-defined]
    assert computed(warehouse, drawn) == computed(warehouse, other)


@few
@given(schools)
def test_a_school_in_two_parts_is_one_school(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School]
) -> None:
    first = drawn[0]
    boys = replace(first, students=tuple((max(boys, 0), 0) for boys, _ in first.students))
    girls = replace(first, students=tuple((0, max(girls, 0)) for _, girls in first.students))
    assert computed(warehouse, drawn) == computed(warehouse, [boys, girls, *drawn[1:]])


@few
@given(schools, st.sampled_from([None, 5.0, 20.0, 80.0]))
def test_schools_that_are_all_alike_give_nothing_zero_or_one(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School], poverty: float | None
) -> None:
    alike = [replace(school, poverty=poverty) for school in drawn]
    values = {value for value, *_ in computed(warehouse, alike).values()} - {None}
    assert values <= (set() if poverty is None else {1.0 if poverty >= 20 else 0.0})


@few
@given(schools)
def test_schools_without_students_county_or_estimate_change_no_share(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[School]
) -> None:
    """One input of three is missing: the school is as if it were not there."""
    many = ((50, 50),) * 3
    void = [
        School(None, 500, many, 55.0), School("01001", 0, many, 55.0), School("01001", None, many, 55.0),
        School("01001", 500, many, None),
    ]  # fmt: skip
    before, after = computed(warehouse, drawn), computed(warehouse, [*drawn, *void])
    assert {key: row[:4] for key, row in after.items() if row[0] is not None} == {
        key: row[:4] for key, row in before.items() if row[0] is not None
    }


def test_a_year_without_any_estimate_has_no_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert computed(warehouse, [School("01001", 500, ((50, 50),) * 3, None)]) == {}


def test_the_bulk_file_stands_for_the_years_it_has(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Never both ways for a year, never none of them."""
    columns = "_vintage varchar, year integer, ncessch varchar, meps_poverty_pct double"
    metric_sql.table(warehouse, "portal_schools__poverty", columns, [
        (str(year), year, "a", 1.0) for year in (2018, 2019, 2020)
    ])  # fmt: skip
    metric_sql.table(warehouse, "portal_schools__bulk_poverty", columns, [
        ("all-years", year, "a", 2.0) for year in (2017, 2018)
    ])  # fmt: skip
    metric_sql.build(warehouse, "stg_portal_schools__poverty")
    found = warehouse.execute(
        "select year, meps_poverty_pct from stg_portal_schools__poverty order by 1"
    ).fetchall()
    assert found == [(2017, 2.0), (2018, 2.0), (2019, 1.0), (2020, 1.0)]
