"""Urban's processed crosswalks, made by its recipe from Geocorr's exports."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME
from orchestration.sample.crosswalks import PERIODS, county_place_overlaps, factors, place_names
from orchestration.sample.twin import Style
from orchestration.sample.world import World
from orchestration.sample.writing import Value, readr
from orchestration.sources.model import SourceFile


def style(file: SourceFile) -> Style:
    """R writes NA for a missing value."""
    return Style(missing="NA")


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Rows of one of the four files."""
    if table == "puma_to_county":
        return processed_county(world)
    if table == "puma_to_place":
        return processed_place(world)
    return county_place(world, short=table == "county_place_2020_2021")


def processed_county(world: World) -> Iterator[dict[str, Value]]:
    """`crosswalk_puma_to_county.csv`: codes of 2020 in both periods."""
    for vintage in PERIODS:
        found = [
            (code, puma, values)
            for code, parts in _by_target(world, vintage, "county").items()
            for puma, values in _shares(vintage, parts, "county_pop").items()
        ]
        for code, puma, values in sorted(found, key=lambda row: row[:2]):
            yield {"statefip": STATE, "puma": puma, "county": code, **values}


def processed_place(world: World) -> Iterator[dict[str, Value]]:
    """`crosswalk_puma_to_place.csv`: places of the frame of 2021 alone."""
    names = {place.code: place.name for place in world.places}
    for vintage in PERIODS:
        for code, parts in _by_target(world, vintage, "place").items():
            first = {"statefip": STATE, "place": code, "state_name": STATE_NAME, "place_name": names[code]}
            for puma, values in _shares(vintage, parts, "place_pop").items():
                yield {**first, "puma": puma, **values}


_Parts = list[tuple[str, int, float, float]]


def _by_target(world: World, vintage: str, target: str) -> dict[str, _Parts]:
    """Per county or place of the frame: PUMA, people and factors of each part with a share."""
    parts: dict[str, _Parts] = {}
    for puma, area, people, afact, afact2 in factors(world, vintage, target):
        if afact > 0:
            code = world.county(area).code_in(2020) if target == "county" else area
            parts.setdefault(code, []).append((puma, people, afact, afact2))
    frame = {place.code for place in world.places}
    return {c: sorted(found) for c, found in sorted(parts.items()) if target == "county" or c in frame}


def _shares(vintage: str, parts: _Parts, population: str) -> dict[str, dict[str, Value]]:
    """The numbers of each PUMA of an area, as R prints them."""
    fit = sum(afact * afact2 for *_, afact, afact2 in parts)
    people_there = sum(people for _, people, _, _ in parts)
    return {
        puma: {
            "population": readr(people),
            "afact": readr(afact),
            "afact2": readr(afact2),
            "products": readr(afact * afact2),
            "sum_products": readr(fit),
            population: readr(people_there),
            "geographic_allocation_quality": "1" if fit >= 0.75 else "2" if fit >= 0.35 else "3",
            "crosswalk_period": PERIODS[vintage],
        }
        for puma, people, afact, afact2 in parts
    }


def county_place(world: World, *, short: bool) -> Iterator[dict[str, Value]]:
    """The two county-place files; in the `short` one codes have lost their zeros."""
    names = place_names(world)
    for code, county, place, people, afact, afact2 in county_place_overlaps(world, "2020"):
        yield {
            "countyfip": str(int(code)) if short else code,
            "county": code[2:],
            "state": STATE,
            "place": str(int(place)) if short else place,
            "stab": STATE_LETTERS,
            "CountyName": county,
            "PlaceName": f"{names[place]}, {STATE_LETTERS}" if place in names else "[not in a place]",
            "pop20": people,
            "population": people,
            "afact2": afact2,
            "afact": afact,
            "population_vintage": 2020,
            "crosswalk_period": "2022-2029",
        }
