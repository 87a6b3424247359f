"""The H+T index of the invented tracts: whole percents, literal quotation marks, an empty tract."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from orchestration.sample.areas import STATE, STATE_LETTERS
from orchestration.sample.values.census_acs_tables import residents
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.cnt_ht_index import LAYOUTS
from orchestration.sources.model import SourceFile

Modelled = tuple[int, int, int]
"""Households, percent who commute by transit, cost in percent of the income."""


@lru_cache(maxsize=8)
def tracts(world: World, year: int) -> dict[tuple[str, str], Modelled | None]:
    """County key and tract -> what CNT models; nothing where nobody lives."""
    found: dict[tuple[str, str], Modelled | None] = {}
    for (key, tract), counts in residents(world, year).items():
        county = world.county(key)
        people = counts["people"][0]
        transit = 1 + county.people / 120_000 + 1.5 * world.draws.wobble("transit", key, tract, year)
        cost = 30 - 6 * county.wealth + 3 * world.draws.wobble("cost", key, tract, year)
        modelled = (round(people / 2.5), max(0, round(transit)), round(cost))
        found[key, tract] = modelled if people else None
    return found


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row a tract; the columns that the metric does not need hold plain numbers."""
    year = int(file.vintage)
    columns = [column.name for column in LAYOUTS.columns_of(table, file.vintage)]
    coded = sorted((world.county(k).code_in(year), t, k, m) for (k, t), m in tracts(world, year).items())
    for code, tract, key, modelled in coded:
        households, transit, cost = modelled or (0, None, None)
        name = world.county(key).name.removesuffix(" County")
        known: dict[str, Value] = {
            "tract": f'"""{STATE}{code}{tract}"""',
            "cbsa": f'""{name}, {STATE_LETTERS}""',
            "blkgrps": 3,
            "population": residents(world, year)[key, tract]["people"][0],
            "households": f"{households}.00" if year >= 2022 else households,
            "pct_transit_commuters_80ami": transit,
            "t_80ami": cost,
        }
        yield {name: known.get(name, 7 if modelled else None) for name in columns}
