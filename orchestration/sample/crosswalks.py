"""Geocorr's raw exports of the invented state, and Urban's crosswalks made from them.

The raw files have the layout of the Missouri Census Data Center: two header rows, quoted text, a
blank after the last number, Latin-1, factors of four decimals. The place file of 2018 has the fault of
the real one: its AFACT2 divides by the people of all places of the country with the same five
digits. Urban's crosswalks carry the fault on into their flags.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import lru_cache

from orchestration.sample.areas import (
    OUTSIDE,
    PLACES,
    SMALL_PLACES,
    STATE,
    STATE_LETTERS,
    STATE_NAME,
    Area,
    County,
    Place,
)
from orchestration.sample.world import World
from orchestration.sample.writing import header, readr

PROCESSED_COUNTY_COLUMNS = header("crosswalk_puma_to_county.csv")
PROCESSED_PLACE_COLUMNS = header("crosswalk_puma_to_place.csv")
LATER_PLACES = frozenset(place.code for place in PLACES if place.since > 2014)
"""Places that the areas of 2010 do not know."""
PERIODS = {"2020": "2022", "2010": "pre-2022"}
FRAME_YEAR = {"2020": 2022, "2010": 2019}
COUNTY_LABELS = {
    "2010": (
        ("state", "State code"),
        ("puma12", "PUMA (2012)"),
        ("county14", "County code (2014)"),
        ("stab", "State abbreviation"),
        ("cntyname2", "2014 county name"),
        ("PUMAname", "PUMA12 name"),
        ("pop10", "Population (2010)"),
        ("afact", "puma12 to county14 allocation factor"),
        ("AFACT2", "county14 to puma12 allocation factor"),
    ),
    "2020": (
        ("state", "State code"),
        ("puma22", "PUMA (2022)"),
        ("county", "County code"),
        ("stab", "State abbr."),
        ("CountyName", "County name"),
        ("PUMA22name", "PUMA22 name"),
        ("pop20", "Total population (2020 Census)"),
        ("afact2", "county-to-puma22 allocation factor"),
        ("afact", "puma22-to-county allocation factor"),
    ),
}
PLACE_LABELS = {
    "2010": (
        ("state", "State code"),
        ("puma12", "PUMA (2012)"),
        ("placefp14", "Place (2014)"),
        ("stab", "State abbreviation"),
        ("placefp", "placefp"),
        ("placenm", "placenm"),
        ("placenm14", "Place name 2014"),
        ("PUMAname", "PUMA12 name"),
        ("pop10", "Population (2010)"),
        ("afact", "puma12 to placefp14 allocation factor"),
        ("AFACT2", "placefp14 to puma12 allocation factor"),
    ),
    "2020": (
        ("state", "State code"),
        ("puma22", "PUMA (2022)"),
        ("place", "Place code"),
        ("stab", "State abbr."),
        ("PlaceName", "Place name"),
        ("PUMA22name", "PUMA22 name"),
        ("pop20", "Total population (2020 Census)"),
        ("afact2", "place-to-puma22 allocation factor"),
        ("afact", "puma22-to-place allocation factor"),
    ),
}


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


def raw_export(
    labels: tuple[tuple[str, str], ...], rows: Iterable[tuple[list[str], int, float, float]]
) -> bytes:
    """A Geocorr CSV: names, labels, then quoted texts, people, two factors in the order of the columns."""
    lines = [",".join(f'"{code}"' for code, _ in labels), ",".join(f'"{label}"' for _, label in labels)]
    for texts, people, first, second in rows:
        numbers = [str(people), readr(first), readr(second)]
        lines.append(",".join([*(f'"{text}"' for text in texts), *numbers]) + " ")
    return ("\n".join(lines) + "\n").encode("latin-1")


def geocorr(world: World, vintage: str, target: str) -> bytes:
    """A raw export: `vintage` 2010 or 2020 of the PUMAs, `target` county or place."""
    rows = []
    for puma, area, people, afact, afact2 in factors(world, vintage, target):
        texts = [STATE, puma, *_area_texts(world, vintage, target, area), f"Sample PUMA {puma}"]
        rows.append((texts, people, *((afact2, afact) if vintage == "2020" else (afact, afact2))))
    return raw_export((COUNTY_LABELS if target == "county" else PLACE_LABELS)[vintage], rows)


def _area_texts(world: World, vintage: str, target: str, area: str) -> list[str]:
    if target == "county":
        county = world.county(area)
        name = county.name_in(FRAME_YEAR[vintage]).removesuffix(" County")
        return [STATE + county.code_in(FRAME_YEAR[vintage]), STATE_LETTERS, f"{name} {STATE_LETTERS}"]
    known = place_names(world)
    text = f"{known[area]}, {STATE_LETTERS}" if area in known else " "
    return [area, STATE_LETTERS, " ", " ", text] if vintage == "2010" else [area, STATE_LETTERS, text]


def processed_county(world: World) -> list[list[str]]:
    """Rows of Urban's `crosswalk_puma_to_county.csv`, made by its recipe (codes of 2020 in both periods)."""
    rows = []
    for vintage, period in PERIODS.items():
        found = []
        for code, population, parts in _by_target(world, vintage, "county"):
            fit = sum(afact * afact2 for *_, afact, afact2 in parts)
            for puma, people, afact, afact2 in parts:
                numbers = (people, afact, afact2, afact * afact2, fit, population)
                found.append([STATE, puma, code, *map(readr, numbers), _flag(fit), period])
        rows += sorted(found, key=lambda row: (row[2], row[1]))
    return rows


def processed_place(world: World) -> list[list[str]]:
    """Rows of Urban's `crosswalk_puma_to_place.csv`: places of the frame of 2021 alone."""
    names = {place.code: place.name for place in world.places}
    rows = []
    for vintage, period in PERIODS.items():
        for code, population, parts in _by_target(world, vintage, "place"):
            fit = sum(afact * afact2 for *_, afact, afact2 in parts)
            for puma, people, afact, afact2 in parts:
                first = [STATE, code, STATE_NAME, names[code], puma]
                numbers = (people, afact, afact2, afact * afact2, fit, population)
                rows.append([*first, *map(readr, numbers), _flag(fit), period])
    return rows


def _by_target(
    world: World, vintage: str, target: str
) -> Iterator[tuple[str, int, list[tuple[str, int, float, float]]]]:
    parts: dict[str, list[tuple[str, int, float, float]]] = {}
    for puma, area, people, afact, afact2 in factors(world, vintage, target):
        if afact > 0:
            code = world.county(area).code_in(2020) if target == "county" else area
            parts.setdefault(code, []).append((puma, people, afact, afact2))
    frame = {place.code for place in world.places}
    for code, found in sorted(parts.items()):
        if target == "county" or code in frame:
            yield code, sum(people for _, people, _, _ in found), sorted(found)


def _flag(fit: float) -> str:
    return "1" if fit >= 0.75 else "2" if fit >= 0.35 else "3"
