"""Margins of derived estimates by the handbook, and what must hold of the exposures whatever the tracts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import metric_sql
from tests.support.metric_sql import sql_of, table

few = settings(max_examples=4, deadline=None)
GROUPS = ("hispanic", "white", "black", "aian", "asian", "nhpi", "some_other", "two_or_more")
Cells = dict[tuple[str, str, str], tuple[float | None, int | None, str | None]]
"""Geography, variable, subgroup -> value, flag, reason."""


def macro(name: str, *arguments: object, **named: object) -> str:
    """The SQL of a macro."""
    made = metric_sql._environment().globals[name](*arguments, **named)  # type: ignore[operator]
    return str(made)


def answer(sql: str, rows: str) -> Any:
    """What an expression gives over rows."""
    found = duckdb.execute(f"select {sql} from ({rows})").fetchone()
    assert found is not None
    return found[0]


# --- the macros -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "margin"),
    [("459", 459), ("0", 0), ("*****", 0), ("-555555555", 0), ("-222222222", None), ("-333333333", None),
     ("**", None), ("N", None), ("(X)", None), ("null", None), ("-", None), (None, None), ("1,007", None)],
)  # fmt: skip
def test_a_margin_is_a_number_or_none(sign: str | None, margin: int | None) -> None:
    value = "null::varchar" if sign is None else f"'{sign}'"
    assert answer(macro("acs_margin", "m"), f"select {value} as m") == margin


counts = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), min_size=2, max_size=5)


@given(parts=counts)
@settings(max_examples=30, deadline=None)
def test_margin_of_a_sum_counts_the_largest_of_the_zeros_once(parts: list[tuple[int, int]]) -> None:
    """The handbook's rule, whatever the order of the parts."""
    squares = sum(m * m for e, m in parts if e) + max((m * m for e, m in parts if not e), default=0)
    for order in (parts, parts[::-1]):
        pairs = [(f"{e}", f"{m}") for e, m in order]
        assert answer(macro("margin_of_sum", pairs), "select 1") == pytest.approx(
            math.sqrt(squares), abs=1e-12
        )
    unknown = [("1", "null::bigint"), *((f"{e}", f"{m}") for e, m in parts)]
    assert answer(macro("margin_of_sum", unknown), "select 1") is None


@given(margins=st.lists(st.integers(0, 500), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_margin_of_a_total_is_the_root_of_squares(margins: list[int]) -> None:
    rows = " union all ".join(f"select {m} as m, 0.5 as share" for m in margins)
    root = math.sqrt(sum(m * m for m in margins))
    assert answer(macro("margin_of_total", "m"), rows) == pytest.approx(root, abs=1e-9)
    assert answer(macro("margin_of_total", "m", share="share"), rows) == pytest.approx(root / 2, abs=1e-6)
    assert answer(macro("margin_of_total", "m"), f"{rows} union all select null, 1") is None


def test_margin_of_a_proportion_as_the_handbook_computes_it() -> None:
    """A part of 4,634 +/- 989 of 31,713 +/- 601; where the root would be negative, that of a ratio."""
    worked = answer(macro("margin_of_proportion", "4634", "989", "31713", "601"), "select 1")
    assert worked == pytest.approx(0.0311, abs=5e-5)
    negative = answer(macro("margin_of_proportion", "50.0", "1", "100", "10"), "select 1")
    assert negative == pytest.approx(math.sqrt(1 + 25) / 100)
    assert answer(macro("margin_of_proportion", "0", "1", "0", "10"), "select 1") is None


@pytest.mark.parametrize(
    ("variation", "flag"), [(0, 1), (0.1999, 1), (0.2, 2), (0.3999, 2), (0.4, 3), (9, 3)]
)
def test_flags_by_variation(variation: float, flag: int) -> None:
    assert answer(macro("quality_of_variation", "v"), f"select {variation} as v") == flag
    margin = macro("coefficient_of_variation", "m", "e")
    assert answer(margin, f"select 1.645 * {variation} * 50 as m, 50 as e") == pytest.approx(variation)
    assert answer(margin, "select 12 as m, 0 as e") is None


# --- the metrics ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tract:
    """A tract of one county: numbers of the groups in the order of `GROUPS`, and what percent are poor."""

    code: int
    numbers: tuple[int, ...]
    poor: int
    halves: int
    """How many halves of it lie in the place."""
    margin: int = 10


drawn = st.lists(
    st.tuples(st.lists(st.integers(0, 400), min_size=8, max_size=8), st.integers(0, 100), st.integers(0, 2)),
    min_size=2,
    max_size=6,
).map(
    lambda tracts: [
        Tract(at, tuple(numbers), poor, halves) for at, (numbers, poor, halves) in enumerate(tracts)
    ]
)


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    frame = "geography_type varchar, geoid varchar, year integer"
    table(connection, "geography_years", frame, [("county", "01001", 2021), ("place", "0107000", 2021)])
    changes = (
        "geography_type varchar, first_year integer, old_geoid varchar, new_geoid varchar, change varchar"
    )
    table(connection, "geography_changes", changes, [])
    labels = ("All", "Black", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")
    table(
        connection,
        "metric_subgroups",
        "metric varchar, subgroup_type varchar, subgroup varchar",
        [
            ("racial_exposure", "all", "All"),
            *(("poverty_exposure", "race-ethnicity", label) for label in labels),
        ],
    )
    exposures = [f"share_{group}_exposure" for group in ("black_nh", "hispanic", "other_nh", "white_nh")]
    kinds = [("racial_exposure", name, "all") for name in exposures]
    kinds.append(("poverty_exposure", "share_poverty_exposure", "race-ethnicity"))
    table(
        connection,
        "series",
        "metric varchar, variable varchar, subgroup_type varchar, geography_type varchar, year integer",
        [(*kind, area, 2021) for kind in kinds for area in ("county", "place")],
    )
    return connection


def cells(connection: duckdb.DuckDBPyConnection, tracts: list[Tract]) -> Cells:
    """All cells of both exposures."""
    names = ", ".join(f"{name} bigint, {name}_margin bigint" for name in GROUPS)
    residents, poor, parts = [], [], []
    for tract in tracts:
        geoid = f"01001{tract.code:06d}"
        pairs = [value for number in tract.numbers for value in (number, tract.margin)]
        people = sum(tract.numbers)
        residents.append(("tract", 2021, geoid, people, 12, *pairs, "t"))
        those = [number * tract.poor // 100 for number in tract.numbers]
        pairs = [value for number in those for value in (number, tract.margin)]
        poor.append((2021, geoid, people, min(people, sum(those)), tract.margin, *pairs, "t"))
        if tract.halves:
            parts.append((2021, geoid, "0107000", tract.halves / 2))
    table(
        connection,
        "stg_census_acs_tables__residents",
        "level varchar, year integer, geoid varchar, people bigint, people_margin bigint, "
        f"{names}, source_file varchar",
        residents,
    )
    table(
        connection,
        "stg_census_acs_tables__poor",
        "year integer, geoid varchar, universe bigint, poor bigint, poor_margin bigint, "
        f"{names}, source_file varchar",
        poor,
    )
    crosswalk = "year integer, tract_geoid varchar, geoid varchar, afact decimal(18, 9)"
    table(connection, "crosswalk_tract_place", crosswalk, parts)
    found: Cells = {}
    for metric in ("racial_exposure", "poverty_exposure"):
        connection.execute(f"create or replace temp view {metric}__tracts as {sql_of(f'{metric}__tracts')}")
        for *key, value, flag, reason in connection.execute(
            f"select geography_type, variable, subgroup, value, quality, missing_reason "
            f"from ({sql_of(f'{metric}__values')})"
        ).fetchall():
            found[tuple(key)] = (value, flag, reason)
    return found


def near(one: Cells, other: Cells, flags: bool = True) -> bool:
    """The same cells, to the last digits that a sum of another order may lose."""
    return one.keys() == other.keys() and all(
        (value is None) == (other[key][0] is None)
        and (value is None or math.isclose(value, other[key][0] or 0, rel_tol=1e-12, abs_tol=1e-12))
        and (not flags or flag == other[key][1])
        and reason == other[key][2]
        for key, (value, flag, reason) in one.items()
    )


@given(tracts=drawn)
@few
def test_the_order_of_rows_is_nothing(warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]) -> None:
    assert cells(warehouse, tracts) == cells(warehouse, tracts[::-1])


@given(tracts=drawn)
@few
def test_a_tract_divided_into_equal_halves_changes_no_value(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    even = [replace(tract, numbers=tuple(2 * n for n in tract.numbers), poor=0) for tract in tracts]
    divided = [
        replace(tract, code=tract.code + 100 * part, numbers=tuple(n // 2 for n in tract.numbers))
        for tract in even
        for part in (1, 2)
    ]
    assert near(cells(warehouse, even), cells(warehouse, divided), flags=False)


@given(tracts=drawn)
@few
def test_a_tract_without_people_counts_for_nothing(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    empty = Tract(900, (0,) * 8, 0, 1, margin=5_000)
    assert cells(warehouse, tracts) == cells(warehouse, [*tracts, empty])


@given(tracts=drawn)
@few
def test_one_missing_input_leaves_no_value_and_says_so(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """Hispanics of one tract are not known: their values are missing, and of the poor nobody else's."""
    inside = [
        replace(tract, numbers=tuple(n + 50 for n in tract.numbers), poor=50, halves=2) for tract in tracts
    ]
    known = cells(warehouse, inside)
    update = "update {} set hispanic = null where geoid = (select min(geoid) from {})"
    for name in ("stg_census_acs_tables__residents", "stg_census_acs_tables__poor"):
        warehouse.execute(update.format(name, name))
    for metric, key in (
        ("racial_exposure", "variable = 'share_hispanic_exposure'"),
        ("poverty_exposure", "subgroup = 'Hispanic'"),
    ):
        rows = warehouse.execute(
            f"select value, missing_reason from ({sql_of(f'{metric}__values')}) where {key}"
        ).fetchall()
        assert rows == [(None, "suppressed_by_source")] * 2
    others = warehouse.execute(
        f"select subgroup, value from ({sql_of('poverty_exposure__values')}) "
        "where geography_type = 'county' and subgroup <> 'Hispanic'"
    ).fetchall()
    assert len(others) == 4
    assert all(value == known["county", "share_poverty_exposure", label][0] for label, value in others)


@given(tracts=drawn)
@few
def test_where_all_tracts_are_alike_the_exposure_is_the_share_of_others(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """And the poor live in poor neighborhoods all or none."""
    first = replace(tracts[0], numbers=tuple(n + 40 for n in tracts[0].numbers), halves=2)
    alike = [replace(first, code=tract.code) for tract in tracts]
    found = cells(warehouse, alike)
    people = sum(first.numbers)
    expected = {
        "share_hispanic_exposure": 1 - first.numbers[0] / people,
        "share_white_nh_exposure": 1 - first.numbers[1] / people,
        "share_black_nh_exposure": 1 - first.numbers[2] / people,
        "share_other_nh_exposure": 1 - sum(first.numbers[3:]) / people,
    }
    for variable, value in expected.items():
        for area in ("county", "place"):
            assert found[area, variable, "All"][0] == pytest.approx(value, abs=1e-12)
    poor = sum(n * first.poor // 100 for n in first.numbers)
    values = {
        value
        for (_, variable, _), (value, *_) in found.items()
        if "poverty" in variable and value is not None
    }
    assert values <= {1.0 if poor > 0.4 * people else 0.0}


@given(tracts=drawn)
@few
def test_values_are_shares_and_missing_ones_have_a_reason(
    warehouse: duckdb.DuckDBPyConnection, tracts: list[Tract]
) -> None:
    """Weighted by members, the exposures add up to the mixture of the county."""
    tracts = [Tract(800, (1,) * 8, 50, 1), *tracts]
    found = cells(warehouse, tracts)
    assert len(found) == 18
    for value, flag, reason in found.values():
        assert (value is None) == (flag is None) == (reason is not None)
        assert value is None or 0 <= value <= 1
    totals = [sum(tract.numbers[at] for tract in tracts) for at in range(8)]
    members = {
        "hispanic": totals[0],
        "white_nh": totals[1],
        "black_nh": totals[2],
        "other_nh": sum(totals[3:]),
    }
    exposures = {name: found["county", f"share_{name}_exposure", "All"][0] for name in members}
    if None in exposures.values():
        return
    mixed = sum(
        n * (sum(tract.numbers) - n) / sum(tract.numbers)
        for tract in tracts
        if sum(tract.numbers)
        for n in (*tract.numbers[:3], sum(tract.numbers[3:]))
    )
    assert sum(members[name] * (exposures[name] or 0) for name in members) == pytest.approx(mixed)
