"""How the areas of the invented state overlap, as Geocorr counts it: factors of four decimals.

The places of 2010 have the fault of the real export: their second factor divides by the people of all places
of the country with the same five digits, and Urban's flags carry it on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from orchestration.sample.areas import (
    OUTSIDE,
    PLACES,
    SMALL_PLACES,
    STATE,
    STATE_LETTERS,
    Area,
    County,
    Place,
)
from orchestration.sample.world import World

LATER_PLACES = frozenset(place.code for place in PLACES if place.since > 2014)
"""Places that the areas of 2010 do not know."""
PERIODS = {"2020": "2022", "2010": "pre-2022"}
FRAME_YEAR = {"2020": 2022, "2010": 2019}


def four(share: float) -> float:
    """A factor with four decimals, as Geocorr prints it."""
    return math.floor(share * 10_000 + 0.5) / 10_000


@lru_cache(maxsize=4)
def overlaps(world: World, vintage: str, target: str) -> tuple[tuple[str, str, int], ...]:
    """PUMA, county key or place code, people; a place of a later vintage counts as no place."""
    people: dict[tuple[str, str], int] = {}
    for (puma, area), count in world.crosswalk(f"puma_{vintage}", target).items():
        known = target == "county" or vintage == "2020" or area not in LATER_PLACES
        pair = (puma, area if known else OUTSIDE)
        people[pair] = people.get(pair, 0) + count
    return tuple((puma, area, count) for (puma, area), count in sorted(people.items()))


def _namesakes(code: str) -> int:
    return sum(place.namesake for place in PLACES if place.code == code)


def factors(world: World, vintage: str, target: str) -> Iterator[tuple[str, str, int, float, float]]:
    """PUMA, area, people, afact, afact2 as in the raw files (with the fault of 2018)."""
    rows = overlaps(world, vintage, target)
    in_puma: dict[str, int] = {}
    in_area: dict[str, int] = {}
    for puma, area, people in rows:
        in_puma[puma] = in_puma.get(puma, 0) + people
        in_area[area] = in_area.get(area, 0) + people
    for puma, area, people in rows:
        base = in_area[area] + (_namesakes(area) if (target, vintage) == ("place", "2010") else 0)
        yield puma, area, people, four(people / in_puma[puma]), four(people / base)


@lru_cache(maxsize=512)
def published_quality(world: World, area: Area, year: int) -> int:
    """`geographic_allocation_quality` of an area as Urban publishes it for a survey year."""
    vintage = "2020" if year >= 2022 else "2010"
    target = "county" if isinstance(area, County) else "place"
    key = area.code if isinstance(area, Place) else area.key
    fit = sum(
        afact * afact2
        for _, code, _, afact, afact2 in factors(world, vintage, target)
        if code == key and afact
    )
    return 1 if fit >= 0.75 else 2 if fit >= 0.35 else 3


def place_names(world: World) -> dict[str, str]:
    """Names of the places of the frame and of the small ones."""
    known = {place.code: place.name for place in world.places}
    return known | {code: name for code, name, _, _ in SMALL_PLACES}


def county_place_overlaps(world: World, vintage: str) -> Iterator[tuple[str, str, str, int, float, float]]:
    """County code and name, place, people, afact (share of the county), afact2 (share of the place)."""
    people: dict[tuple[str, str], int] = {}
    for (county, place), count in world.crosswalk("county", "place").items():
        known = vintage == "2020" or place not in LATER_PLACES
        pair = (county, place if known else OUTSIDE)
        people[pair] = people.get(pair, 0) + count
    in_place: dict[str, int] = {}
    for (_, place), count in people.items():
        in_place[place] = in_place.get(place, 0) + count
    found = []
    for (key, place), count in people.items():
        area = world.county(key)
        code, name = area.code_in(FRAME_YEAR[vintage]), area.name_in(FRAME_YEAR[vintage])
        factors = (four(count / area.people), four(count / in_place[place]))
        found.append(
            (STATE + code, f"{name.removesuffix(' County')} {STATE_LETTERS}", place, count, *factors)
        )
    yield from sorted(found)


@lru_cache(maxsize=2)
def tract_place_overlaps(world: World, vintage: str) -> tuple[tuple[str, str, str, int, float, float], ...]:
    """County key, tract, place, people, afact (share of the tract), afact2 (share of the place)."""
    people: dict[tuple[str, str, str], int] = {}
    for block in world.blocks:
        known = vintage == "2020" or block.place not in LATER_PLACES
        part = (block.county, block.tract, block.place if known else OUTSIDE)
        people[part] = people.get(part, 0) + block.people
    in_tract: dict[tuple[str, str], int] = {}
    in_place: dict[str, int] = {}
    for (county, tract, place), count in people.items():
        in_tract[county, tract] = in_tract.get((county, tract), 0) + count
        in_place[place] = in_place.get(place, 0) + count
    return tuple(
        (county, tract, place, count, four(count / in_tract[county, tract]), four(count / in_place[place]))
        for (county, tract, place), count in sorted(people.items())
    )


@lru_cache(maxsize=4)
def zcta_place_overlaps(world: World, vintage: str) -> tuple[tuple[str, str, int, float, float], ...]:
    """ZIP area, place, people, afact (share of the ZIP area), afact2 (share of the place)."""
    people: dict[tuple[str, str], int] = {}
    for block in world.blocks:
        known = vintage == "2020" or block.place not in LATER_PLACES
        part = (block.zcta, block.place if known else OUTSIDE)
        people[part] = people.get(part, 0) + block.people
    in_zcta: dict[str, int] = {}
    in_place: dict[str, int] = {}
    for (zcta, place), count in people.items():
        in_zcta[zcta] = in_zcta.get(zcta, 0) + count
        in_place[place] = in_place.get(place, 0) + count
    return tuple(
        (zcta, place, count, four(count / in_zcta[zcta]), four(count / in_place[place]))
        for (zcta, place), count in sorted(people.items())
    )
