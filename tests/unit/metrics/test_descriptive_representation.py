"""What must hold of the residents behind descriptive representation, whatever the tracts of a county."""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.metric_sql import sql_of, table

few = settings(max_examples=8, deadline=None)
GROUPS = ("hispanic", "white", "black", "aian", "asian", "nhpi", "some_other", "two_or_more")
SHARES = {
    "share_desc_rep_hispanic": GROUPS[:1],
    "share_desc_rep_white_nonhispanic": GROUPS[1:2],
    "share_desc_rep_black_nonhispanic": GROUPS[2:3],
    "share_desc_rep_other": GROUPS[3:],
}
YEAR, COUNTY, CITY = 2021, "01001", "0107000"
Cells = dict[tuple[str, str], tuple[float | None, int | None, str | None]]
"""Geography and variable -> value, flag, reason."""


@dataclass(frozen=True)
class Tract:
    """Residents of the groups in the order of `GROUPS`."""

    code: int
    numbers: tuple[int, ...]


drawn = st.lists(
    st.lists(st.integers(0, 400), min_size=8, max_size=8).map(tuple), min_size=2, max_size=6
).map(lambda lists: [Tract(at, numbers) for at, numbers in enumerate(lists)])


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    frame = "geography_type varchar, geoid varchar, year integer"
    table(connection, "geography_years", frame, [("county", COUNTY, YEAR), ("place", CITY, YEAR)])
    changes = (
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar"
    )
    table(connection, "geography_changes", changes, [])
    table(connection, "series", "metric varchar, year integer", [("descriptive_representation", YEAR)])
    return connection


def cells(
    connection: duckdb.DuckDBPyConnection, tracts: list[Tract], *areas: tuple[str, str, tuple[int, ...]]
) -> Cells:
    """The model's cells of tracts, and of areas with a table of their own."""
    names = ", ".join(f"{name} bigint, {name}_margin bigint" for name in GROUPS)
    rows = [
        (level, YEAR, geoid, sum(numbers), 12, *(part for n in numbers for part in (n, 5)), level)
        for level, geoid, numbers in (
            *(("tract", f"{COUNTY}{tract.code:06d}", tract.numbers) for tract in tracts),
            *areas,
        )
    ]
    columns = f"level varchar, year integer, geoid varchar, people bigint, people_margin bigint, {names}"
    table(connection, "stg_census_acs_tables__residents", f"{columns}, source_file varchar", rows)
    found = connection.execute(
        "select geoid, variable, value, quality, missing_reason "
        f"from ({sql_of('descriptive_representation__values')})"
    ).fetchall()
    return {(geoid, variable): (value, flag, reason) for geoid, variable, value, flag, reason in found}


@given(tracts=drawn)
@few
def test_the_order_of_tracts_is_nothing(warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]) -> None:
    assert cells(warehouse, tracts) == cells(warehouse, tracts[::-1])


@given(tracts=drawn)
@few
def test_a_tract_divided_and_a_tract_without_people_change_nothing(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    first, *others = tracts
    halves = [
        replace(first, code=901, numbers=tuple(n // 2 for n in first.numbers)),
        replace(first, code=902, numbers=tuple(n - n // 2 for n in first.numbers)),
    ]
    whole = cells(warehouse, tracts)
    assert cells(warehouse, [*halves, *others]) == whole
    assert cells(warehouse, [*tracts, Tract(903, (0,) * 8)]) == whole


@given(tracts=drawn)
@few
def test_shares_are_parts_of_all_residents(warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]) -> None:
    """Each is its members by everybody; together they are one. Nobody lives there: no value, and a reason."""
    found = cells(warehouse, tracts)
    people = sum(sum(tract.numbers) for tract in tracts)
    for variable, groups in SHARES.items():
        members = sum(tract.numbers[GROUPS.index(group)] for tract in tracts for group in groups)
        value, flag, reason = found[COUNTY, variable]
        if not people:
            assert (value, flag, reason) == (None, None, "suppressed_by_source")
        else:
            assert value == pytest.approx(members / people, abs=1e-12) and (flag, reason) == (1, None)


@given(tracts=drawn)
@few
def test_a_table_of_the_county_comes_before_its_tracts(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    own = (40, 30, 20, 5, 5, 0, 0, 0)
    found = cells(warehouse, tracts, ("county", COUNTY, own), ("place", CITY, own))
    for area in (COUNTY, CITY):
        values = [found[area, variable][0] for variable in SHARES]
        assert values == pytest.approx([0.4, 0.3, 0.2, 0.1], abs=1e-12)


@given(tracts=drawn, group=st.sampled_from(GROUPS))
@few
def test_one_missing_input_leaves_only_its_share_without_value(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract], group: str
) -> None:
    """A group of one tract is not known: the county's share of it is not, the others stay."""
    known = cells(warehouse, [*tracts, Tract(904, (1,) * 8)])
    warehouse.execute(
        f"update stg_census_acs_tables__residents set {group} = null where geoid like '%000904'"
    )
    rows = warehouse.execute(
        "select variable, value, missing_reason "
        f"from ({sql_of('descriptive_representation__values')}) where geoid = '{COUNTY}'"
    ).fetchall()
    assert len(rows) == len(SHARES)
    for variable, value, reason in rows:
        if group in SHARES[variable]:
            assert (value, reason) == (None, "suppressed_by_source")
        else:
            assert value == known[COUNTY, variable][0]
