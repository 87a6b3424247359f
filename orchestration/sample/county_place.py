"""How counties and places overlap: Geocorr's export of 2018, Urban's two processed files of 2022."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import OUTSIDE, STATE, STATE_LETTERS
from orchestration.sample.crosswalks import FRAME_YEAR, LATER_PLACES, four, place_names, raw_export
from orchestration.sample.world import World
from orchestration.sample.writing import Value, header, table

LABELS_2010 = (
    ("county14", "County code (2014)"),
    ("state", "State code"),
    ("placefp14", "Place (2014)"),
    ("stab", "State abbreviation"),
    ("cntyname2", "2014 county name"),
    ("placefp", "placefp"),
    ("placenm", "placenm"),
    ("placenm14", "Place name 2014"),
    ("pop10", "Population (2010)"),
    ("afact", "county14 to placefp14 allocation factor"),
    ("AFACT2", "placefp14 to county14 allocation factor"),
)


def overlaps(world: World, vintage: str) -> Iterator[tuple[str, str, str, int, float, float]]:
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


def raw_2018(world: World) -> bytes:
    """`geocorr2018_county_place_2014_thru_2019.csv`; its second factor has no fault."""
    names = place_names(world)
    rows = []
    for code, county, place, people, afact, afact2 in overlaps(world, "2010"):
        name = f"{names[place]}, {STATE_LETTERS}" if place in names else " "
        rows.append(([code, STATE, place, STATE_LETTERS, county, " ", " ", name], people, afact, afact2))
    return raw_export(LABELS_2010, rows)


def processed_2020(world: World) -> bytes:
    """`geocorr2022_county_place_2020_2021.csv`: codes without leading zeros, one header row."""
    rows = [
        [
            str(int(code)),
            code[2:],
            STATE,
            str(int(place)),
            *_texts(world, county, place),
            people,
            afact2,
            afact,
        ]
        for code, county, place, people, afact, afact2 in overlaps(world, "2020")
    ]
    return table(header("geocorr2022_county_place_2020_2021.csv"), rows, "readr").encode("utf-8")


def processed_2022(world: World) -> bytes:
    """`geocorr2022_county_place_2022_onwards.csv`: the same with padded codes and the period."""
    rows: list[list[Value]] = [
        [code, STATE, place, *_texts(world, county, place), people, afact2, afact, 2020, "2022-2029"]
        for code, county, place, people, afact, afact2 in overlaps(world, "2020")
    ]
    return table(header("geocorr2022_county_place_2022_onwards.csv"), rows, "readr").encode("utf-8")


def _texts(world: World, county: str, place: str) -> list[Value]:
    names = place_names(world)
    name = f"{names[place]}, {STATE_LETTERS}" if place in names else "[not in a place]"
    return [STATE_LETTERS, county, name]
