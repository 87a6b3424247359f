"""Keys that occur twice in a long table are found in any order of its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random

import duckdb
import pytest

from orchestration.base.sql import literal

Row = tuple[str, str, int, str, str, str, str | None]
# In the order of a release: geography type, geoid, variable, subgroup type, subgroup, sample, year.
KEYS: list[Row] = [
    (area, geoid, year, variable, kind, label, sample)
    for area, geoid, variable, kind, label, sample, year in product(
        ("county",),
        ("01001", "01003"),
        ("a", "b"),
        ("all", "race"),
        ("All", "Black"),
        ("", "x"),
        (2014, 2015),
    )
]


def twice(rows: Sequence[Row]) -> Counter[Row]:
    from expectations.rules.layout import LONG_KEY, twice_in_long_table

    values = ", ".join(
        f"({', '.join('null' if v is None else literal(str(v)) for v in row)})" for row in rows
    )
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"create table cells as from (values {values}) as cells ({', '.join(LONG_KEY)})")
        found = connection.execute(twice_in_long_table("cells")).fetchall()
    return Counter({(*row[:2], int(row[2]), *row[3:-1]): row[-1] for row in found})


def test_none_in_the_order_of_a_release() -> None:
    assert twice(KEYS) == Counter()
    assert twice(KEYS[:1]) == Counter()


@pytest.mark.parametrize("seed", range(5))
def test_every_one_wherever_it_stands(seed: int) -> None:
    chance = Random(seed)
    missing: list[Row] = [(*row[:6], None) for row in chance.sample(KEYS, 3)]
    rows = KEYS + chance.choices(KEYS, k=seed) + missing + missing[:1]
    orders = [rows, chance.sample(rows, len(rows)), sorted(rows, key=lambda row: [str(cell) for cell in row])]
    expected = Counter({row: times for row, times in Counter(rows).items() if times > 1})
    for order in orders:
        assert twice(order) == expected
