"""What must hold for any agencies: the SQL of crime and arrests on drawn ones, from staging to rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import metric_sql

few = settings(max_examples=10, deadline=None)
PEOPLE = {"01001": 60_000, "01003": 20_000, "01005": 29}
YOUNG = {"01001": 6_000, "01003": 1_000, "01005": 12}
PLACE = "0107000"
PLACE_PEOPLE, PLACE_YOUNG = 9_000, 900
CODES = ("09A", "13B", "120", "240", "35A", "09C")
VIOLENT, PROPERTY = ("09A", "13B"), ("120", "240")


@dataclass(frozen=True)
class Agency:
    """An agency of 2021."""

    counties: tuple[str, ...]
    offenses: tuple[int, ...]
    """By code."""
    arrests: tuple[tuple[int, str, str, str | None, int], ...] = ()
    """Age, sex, race, ethnicity, how many; odd ones are of group B."""
    is_core: bool | None = False
    kind: str = "city"
    city: str | None = None


arrests = st.tuples(
    st.sampled_from([9, 10, 14, 15, 17, 18]),
    st.sampled_from(["male", "female"]),
    st.sampled_from(["white", "black", "asian", "unknown"]),
    st.sampled_from(["hispanic or latino", "not hispanic or latino", None]),
    st.integers(1, 50),
)
agencies = st.lists(
    st.builds(
        Agency,
        st.sampled_from([("01001",), ("01003",), ("01001", "01003"), ("01005",), ()]),
        st.tuples(*[st.integers(0, 40)] * len(CODES)),
        st.lists(arrests, max_size=4).map(tuple),
        st.sampled_from([True, False, None]),
        st.sampled_from(["city", "county", "tribal", "state police"]),
        st.sampled_from([None, "ALPHA", "Beta"]),
    ),
    min_size=1,
    max_size=7,
)


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    frame = [("county", geoid, 2021, "01", geoid) for geoid in PEOPLE] + [
        ("place", PLACE, 2021, "01", "Alpha city")
    ]
    columns = "geography_type varchar, geoid varchar, year integer, state varchar, name varchar"
    metric_sql.table(connection, "geography_years", columns, list(frame))
    years = "first_year integer, last_year integer"
    codes = "old_geoid varchar, new_geoid varchar"
    for name, columns in {
        "geography_changes": f"geography_type varchar, first_year integer, {codes}, change varchar",
        "school_city_names": "geoid varchar, city varchar",
        "police_agency_counties": "ori varchar, county_geoid varchar",
        "crosswalk_county_place": f"county_geoid varchar, place_geoid varchar, {years}",
        "stg_police_agencies__crosswalk": "ori varchar, county_geoid varchar, place_geoid varchar",
        "crime_left_out": f"geoid varchar, {years}",
    }.items():
        metric_sql.table(connection, name, columns, [])
    metric_sql.table(connection, "states", "state varchar, abbreviation varchar", [("01", "AL")])
    kinds = [(code, "person") for code in VIOLENT] + [(code, "property") for code in PROPERTY]
    metric_sql.table(connection, "nibrs_offenses", "offense_code varchar, kind varchar", list(kinds))
    residents(connection, YOUNG)
    return connection


def residents(connection: duckdb.DuckDBPyConnection, young: dict[str, int]) -> None:
    """People of each area; the young ones are half boys, a third under 15, and all of every race alike."""
    races = ("white", "black", "aian", "asian", "nhpi", "hispanic")
    columns = "geography_type varchar, geoid varchar, year integer, people bigint, male_10_14 bigint, "
    columns += "male_15_17 bigint, female_10_14 bigint, female_15_17 bigint, "
    columns += ", ".join(f"{race}_10_17 bigint" for race in races) + ", source_file varchar"
    areas = [("county", geoid, PEOPLE[geoid], young[geoid]) for geoid in PEOPLE]
    areas.append(("place", PLACE, PLACE_PEOPLE, PLACE_YOUNG))
    rows = [
        (kind, geoid, 2021, people, *[number // 4] * 4, *[number // 4] * len(races), "acs")
        for kind, geoid, people, number in areas
    ]
    metric_sql.table(connection, "stg_census_acs_tables__ages", columns, list(rows))


def computed(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[Agency]
) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Value, flag and reason of each area, variable and group; from the lake's tables on."""
    headers, offenses, group_a, group_b = [], [], [], []
    for number, agency in enumerate(drawn):
        ori = f"AL{number:07d}"
        codes = [code[2:] for code in agency.counties] + [None] * (5 - len(agency.counties))
        core = {True: "Y", False: "N", None: None}[agency.is_core]
        headers.append(("2021", 2021, ori, agency.kind, "alabama", "AL", agency.city, core, *codes))
        offenses += [
            ("2021", "al", ori, code, many) for code, many in zip(CODES, agency.offenses, strict=True) if many
        ]
        for at, (age, sex, race, ethnicity, many) in enumerate(agency.arrests):
            (group_b if at % 2 else group_a).append(("2021", 2021, ori, str(age), sex, race, ethnicity, many))
    # Another state's adults keep both groups at hand.
    for group in (group_a, group_b):
        group.append(("2021", 2021, "AK0000000", "40", "male", "white", None, 1))
    offenses.append(("2021", "al", "AL9999999", "35A", 1))
    counties = ", ".join(f"fips_county_code_{number} varchar" for number in range(1, 6))
    person = "age_of_arrestee varchar, sex_of_arrestee varchar, race_of_arrestee varchar, "
    person += "ethnicity_of_arrestee varchar, arrests bigint"
    header = "_vintage varchar, year integer, ori varchar, agency_indicator varchar, state varchar, "
    header += f"state_abbreviation varchar, city_name varchar, core_city varchar, {counties}"
    metric_sql.table(warehouse, "police_agencies__batch_headers", header, list(headers))
    kinds = "_vintage varchar, _partition varchar, ori varchar, offense_code varchar, offenses bigint"
    metric_sql.table(warehouse, "fbi_nibrs__offenses", kinds, list(offenses))
    for name, rows in (("a", group_a), ("b", group_b)):
        columns = f"_vintage varchar, year integer, ori varchar, {person}"
        metric_sql.table(warehouse, f"police_agencies__arrests_group_{name}", columns, list(rows))
    metric_sql.build(
        warehouse,
        "stg_police_agencies__batch_headers", "stg_fbi_nibrs__offenses", "stg_police_agencies__arrests",
        "police_agencies_of_areas", "reported_crime__values", "juvenile_arrests__values",
    )  # fmt: skip
    rows = warehouse.execute(
        """
        select geoid, variable, 'all', 'All', value, quality, missing_reason from reported_crime__values
        union all
        select geoid, variable, subgroup_type, subgroup, value, quality, missing_reason
        from juvenile_arrests__values
        """
    ).fetchall()
    return {tuple(row[:4]): tuple(row[4:]) for row in rows}


def alike(one: dict[tuple[str, ...], tuple[Any, ...]], other: dict[tuple[str, ...], tuple[Any, ...]]) -> bool:
    """Equal but for the last digits of a sum in another order."""
    return one.keys() == other.keys() and all(
        row[1:] == other[key][1:]
        and (row[0] is None) == (other[key][0] is None)
        and (row[0] is None or row[0] == pytest.approx(other[key][0], rel=1e-12))
        for key, row in one.items()
    )


@few
@given(agencies)
def test_rates_are_those_counted_agency_by_agency(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[Agency]
) -> None:
    cells = computed(warehouse, drawn)
    for geoid in (*PEOPLE, PLACE):
        here = [
            (agency, 1.0 if geoid == PLACE else PEOPLE[geoid] / sum(PEOPLE[code] for code in agency.counties))
            for agency in drawn
            if agency.kind != "state police"
            and (geoid in agency.counties or (geoid == PLACE and agency.city == "ALPHA"))
        ]
        for variable, codes in (("rate_crime_violent", VIOLENT), ("rate_crime_property", PROPERTY)):
            count = sum(
                part * sum(agency.offenses[CODES.index(code)] for code in codes) for agency, part in here
            )
            people = PEOPLE.get(geoid, PLACE_PEOPLE)
            reporting = [sum(agency.offenses) > 0 for agency, _ in here]
            value, quality, reason = cells.get(
                (geoid, variable, "all", "All"), (None, None, "no_source_data")
            )
            if any(reporting) and people >= 30:
                assert value == pytest.approx(count / people * 100_000) and quality == flag(here, reporting)
            else:
                assert value is quality is None and reason is not None


def flag(here: list[tuple[Agency, float]], reporting: list[bool]) -> int:
    """1 all, 2 at least 80 % or all core-city agencies where all are known, 3 some."""
    if all(reporting):
        return 1
    core = [sent for (agency, _), sent in zip(here, reporting, strict=True) if agency.is_core]
    is_known = all(agency.is_core is not None for agency, _ in here)
    return 2 if sum(reporting) >= 0.8 * len(reporting) or (is_known and core and all(core)) else 3


@few
@given(agencies, st.randoms(use_true_random=False))
def test_the_order_of_agencies_does_not_matter(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[Agency], shuffler: Random
) -> None:
    other = list(drawn)
    shuffler.shuffle(other)
    assert alike(computed(warehouse, drawn), computed(warehouse, other))


@few
@given(agencies)
def test_an_agency_in_two_parts_reports_the_same(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[Agency]
) -> None:
    """The values; flags count agencies, so one more of them may move them."""
    first = drawn[0]
    parts = [replace(first, offenses=(0,) * len(CODES)), replace(first, arrests=())]
    before, after = computed(warehouse, drawn), computed(warehouse, [*parts, *drawn[1:]])
    for key, (value, *_) in before.items():
        assert value == pytest.approx(after[key][0], rel=1e-12) if value is not None else True


@few
@given(agencies)
def test_agencies_that_send_nothing_give_no_value_and_arrests_of_all_alike_are_one_rate(
    warehouse: duckdb.DuckDBPyConnection, drawn: list[Agency]
) -> None:
    silent = [replace(agency, offenses=(0,) * len(CODES), arrests=()) for agency in drawn]
    assert {row[0] for row in computed(warehouse, silent).values()} <= {None}
    same = tuple(
        (age, sex, "white", "hispanic or latino", 5) for age in (12, 16) for sex in ("male", "female")
    )
    cells = computed(warehouse, [Agency(("01001",), (1,) * len(CODES), same)])
    groups = {
        key[3]: row[0] for key, row in cells.items() if key[0] == "01001" and key[1] == "rate_juv_arrest"
    }
    everybody = 20 / 6_000 * 100_000
    assert {name: groups[name] for name in ("All", "Male", "Female", "Age 10 to 14", "Age 15 to 17")} == {
        name: pytest.approx(everybody) for name in ("All", "Male", "Female", "Age 10 to 14", "Age 15 to 17")
    }
    assert groups["White"] == groups["Hispanic"] == pytest.approx(4 * everybody) and groups["Black"] == 0


def test_a_group_without_residents_has_no_rate_and_one_group_of_arrests_alone_no_year(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    agency = Agency(("01001",), (1,) * len(CODES), ((12, "male", "white", None, 5),))
    try:
        residents(warehouse, {**YOUNG, "01001": 0})
        cells = computed(warehouse, [agency])
        assert {row for key, row in cells.items() if key[:2] == ("01001", "rate_juv_arrest")} == {
            (None, None, "suppressed_by_rule")
        }
    finally:
        residents(warehouse, YOUNG)
    warehouse.execute("delete from police_agencies__arrests_group_b")
    metric_sql.build(warehouse, "stg_police_agencies__arrests", "juvenile_arrests__values")
    assert warehouse.execute("select count(*) from juvenile_arrests__values").fetchone() == (0,)
