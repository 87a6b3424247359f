"""Establishments of the invented state: the ten industries of the metric, and the total."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.base.seeds import read
from orchestration.sample.areas import STATE, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

WITHHELD_FROM = 2017
"""First year in which an industry with fewer than three establishments is left out."""


def establishments(world: World, area: Area, year: int) -> dict[str, int]:
    """Published establishments by industry."""
    cell = Cell(world, area, year)
    level = (12 + 3 * area.wealth + 2 * cell.wobble("associations")) / 10_000
    least = 3 if year >= WITHHELD_FROM else 1
    found = {}
    for row in read("association_industries"):
        part = 0.55 if row["naics"] == "813110" else 0.05
        count = round(
            area.population(year) * level * part * world.draws.between(0.8, 1.2, area.key, row["naics"])
        )
        if count >= least:
            found[row["naics"]] = count
    return found


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Counties and ZIP codes by industry; the nation is the state."""
    year = int(file.vintage)
    counties = world.areas("county", year)
    if table == "county":
        for code, area in counties:
            found = {"------": round(area.population(year) * 0.024)} | establishments(world, area, year)
            for naics, count in found.items():
                yield {"fipstate": STATE, "fipscty": code, "naics": naics, "est": count}
        return
    if table == "zip":
        yield from _of_zips(world, year)
        return
    for row in read("association_industries"):
        total = sum(establishments(world, area, year).get(row["naics"], 0) for _, area in counties)
        yield {"uscode": "98", "naics": row["naics"], "lfo": "-", "est": total}


def _of_zips(world: World, year: int) -> Iterator[dict[str, Value]]:
    """A county's establishments dealt out over its ZIP areas by their people, small cells withheld again."""
    people: dict[tuple[str, str], int] = {}
    for block in world.blocks:
        people[block.zcta, block.county] = people.get((block.zcta, block.county), 0) + block.people
    counties = {area.key: area for _, area in world.areas("county", year)}
    in_county = {
        key: sum(count for (_, county), count in people.items() if county == key) for key in counties
    }
    least = 3 if year >= WITHHELD_FROM else 1
    for (zcta, key), count in sorted(people.items()):
        share = count / in_county[key]
        yield {
            "zip": zcta,
            "naics": "------",
            "est": 1 + round(counties[key].population(year) * 0.024 * share),
        }
        for naics, whole in establishments(world, counties[key], year).items():
            if round(whole * share) >= least:
                yield {"zip": zcta, "naics": naics, "est": round(whole * share)}
