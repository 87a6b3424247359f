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


_POOR = {
    "All": "poor",
    "Black": "black",
    "Hispanic": "hispanic",
    "Other Races and Ethnicities": "other",
    "White, Non-Hispanic": "white",
}


def poverty_exposure(cell: Cell) -> dict[str, Estimate]:
    """Share of the poor who live in tracts where more than 40 % are poor.

    The published program puts the margin of a place itself into its flag, without dividing it by 1.645
    (deviation poverty-exposure-place-flags).
    """
    members = exposed = squares = 0.0
    for counts, afact in _parts(cell, tables.poverty(cell.world, cell.year)):
        universe = counts["universe"][0]
        if not universe:
            continue
        number, margin = _group(counts, _POOR[cell.subgroup])
        members += afact * number
        exposed += afact * number * (counts["poor"][0] > 0.4 * universe)
        squares += afact * margin**2
    if members <= LEAST_MEMBERS:
        return {"share_poverty_exposure": BLANK}
    variation = math.sqrt(squares) / members / (Z_90 if isinstance(cell.area, County) else 1)
    return {"share_poverty_exposure": Estimate(exposed / members, quality=flag(variation))}


def descriptive_representation(cell: Cell) -> dict[str, Estimate]:
    """The make-up of the residents, from the tables of counties and places."""
    if isinstance(cell.area, Place):
        counts = tables.places(cell.world, cell.year)[cell.area.code]
    else:
        counts = tables.counties(cell.world, cell.year)[cell.area.key]
    people = counts["people"][0]
    groups = {"black_nonhispanic": "black", "hispanic": "hispanic", "white_nonhispanic": "white"}
    numbers = {name: counts[group][0] for name, group in groups.items()} | {"other": together(counts)[0]}
    return {
        f"share_desc_rep_{name}": Estimate(number / people, quality=1) for name, number in numbers.items()
    }
