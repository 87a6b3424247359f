"""Air toxics of the invented tracts, with summaries of counties and the state; EPA lacks some tracts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from orchestration.sample.areas import STATE, STATE_LETTERS
from orchestration.sample.values.census_acs_tables import Counts, poverty, residents
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.epa_air_toxics import LAYOUTS
from orchestration.sources.model import SourceFile

ROUNDED_FROM = 2018
WITHOUT_HAZARDS = "juniper"
"""A county of which every ninth tract is not in the assessment."""
POOR_WITHOUT_HAZARDS = ("elm", 2018)
"""A county and year in which the tracts of high poverty are not: its group has no index."""
HAZARDS = {"cancer": (18.0, 30.0, 1), "respiratory": (0.2, 0.35, 2), "neurological": (0.01, 0.04, 2)}
"""Hazard -> level of the cleanest tract, what a city adds, decimals since 2018."""


@lru_cache(maxsize=8)
def hazards(world: World, year: int) -> dict[tuple[str, str], dict[str, float]]:
    """County key and tract -> the three hazards."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    poor = poverty(world, year)
    for number, (key, tract) in enumerate(residents(world, year)):
        if key == WITHOUT_HAZARDS and number % 9 == 0:
            continue
        if (key, year) == POOR_WITHOUT_HAZARDS and _is_poor(poor[key, tract]):
            continue
        county = world.county(key)
        city = county.people / 612_000 - 0.25 * county.wealth
        found[key, tract] = {}
        for hazard, (least, more, decimals) in HAZARDS.items():
            drawn = least + more * max(0.0, city + 0.3 * world.draws.wobble(hazard, key, tract, year))
            found[key, tract][hazard] = round(drawn, decimals if year >= ROUNDED_FROM else 6)
    return found


def _is_poor(counts: Counts) -> bool:
    universe = counts["universe"][0]
    return bool(universe) and counts["poor"][0] / universe >= 0.4


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """The state, then each county and its tracts."""
    year = int(file.vintage)
    total = LAYOUTS.columns_of(table, file.vintage)[-1].name
    found = hazards(world, year)
    people = {key: counts["people"][0] for key, counts in residents(world, year).items()}
    yield _row(f"{STATE}{'0' * 9}", "Entire State", sum(people.values()), total, _mean(found, table))
    for code, county in world.areas("county", year):
        own = {key: values for key, values in found.items() if key[0] == county.key}
        yield _row(f"{STATE}{code}000000", county.name, 0, total, _mean(own, table))
        for (key, tract), values in sorted(own.items()):
            yield _row(f"{STATE}{code}{tract}", county.name, people[key, tract], total, values[table])


def _mean(found: dict[tuple[str, str], dict[str, float]], hazard: str) -> float:
    return round(sum(values[hazard] for values in found.values()) / len(found), 4)


def _row(tract: str, county: str, people: int, total: str, value: float) -> dict[str, Value]:
    return {"State": STATE_LETTERS, "County": county, "Tract": tract, "Population": people, total: value}
