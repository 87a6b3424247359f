"""Results that Urban computes from the tracts of the ACS tables, as the published programs do it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from orchestration.sample.areas import County, Place
from orchestration.sample.results.cells import BLANK, Cell, Estimate
from orchestration.sample.values import census_acs_tables as tables

LEAST_MEMBERS = 30
Z_90 = 1.645


def _parts(
    cell: Cell, numbers: dict[tuple[str, str], tables.Counts]
) -> Iterator[tuple[tables.Counts, float]]:
    """The tracts of the area, with the share of each that counts."""
    if isinstance(cell.area, County):
        yield from ((counts, 1.0) for (key, _), counts in numbers.items() if key == cell.area.key)
        return
    assert isinstance(cell.area, Place)
    for tract, afact in tables.tract_shares(cell.world, cell.year).get(cell.area.code, []):
        yield numbers[tract], afact


def together(counts: tables.Counts) -> tuple[int, float]:
    """The five groups that are "other", and the margin of their sum: of zeros only the largest counts."""
    parts = [counts[name] for name in tables.OTHERS]
    squares = sum(margin**2 for number, margin in parts if number)
    largest = max((margin**2 for number, margin in parts if not number), default=0)
    return sum(number for number, _ in parts), math.sqrt(squares + largest)


def _group(counts: tables.Counts, name: str) -> tuple[int, float]:
    return together(counts) if name == "other" else counts[name]


def flag(variation: float) -> int:
    """Strong below 0.2, Marginal below 0.4."""
    return 1 if variation < 0.2 else 2 if variation < 0.4 else 3


def racial_exposure(cell: Cell) -> dict[str, Estimate]:
    """Share of the neighbors of a group who are of another group."""
    found = {}
    parts = [
        (counts, afact)
        for counts, afact in _parts(cell, tables.residents(cell.world, cell.year))
        if counts["people"][0]
    ]
    for name in ("black_nh", "hispanic", "other_nh", "white_nh"):
        group = name.removesuffix("_nh")
        members = others = squares = 0.0
        for counts, afact in parts:
            number, margin = _group(counts, group)
            people = counts["people"][0]
            members += afact * number
            others += afact * number * (people - number) / people
            squares += afact * margin**2
        if members <= LEAST_MEMBERS:
            found[f"share_{name}_exposure"] = BLANK
            continue
        variation = math.sqrt(squares) / Z_90 / members
        found[f"share_{name}_exposure"] = Estimate(others / members, quality=flag(variation))
    return found
