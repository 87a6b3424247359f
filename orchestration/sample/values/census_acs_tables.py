"""Tables of the ACS for the invented state, as the Census Bureau's interface answers.

Residents and people in poverty are invented by tract; counties are their sums, places what lies in them.
Also here: a tract where nobody lives, margins of controlled estimates (-555555555), and an unknown margin.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from functools import lru_cache

from orchestration.sample.areas import STATE, Area, County
from orchestration.sample.crosswalks import LATER_PLACES, tract_place_overlaps
from orchestration.sample.world import World
from orchestration.sources.census_acs_tables.requests import ASKED, LAYOUTS, census_table_of, last_year
from orchestration.sources.model import SourceFile

Counts = dict[str, tuple[int, int]]
"""Group -> estimate and margin of error."""
GROUPS = ("hispanic", "white", "black", "aian", "asian", "nhpi", "some_other", "two_or_more")
OTHERS = ("aian", "asian", "nhpi", "some_other", "two_or_more")
_PARTS_OF_OTHER = (0.1, 0.45, 0.05, 0.1, 0.3)
CONTROLLED, UNKNOWN = -555555555, -222222222
EMPTY_TRACT = "980000"
"""A park: in every county with more than 500,000 people."""
_LINES = {
    "B03002_001": "people", "B03002_003": "white", "B03002_004": "black", "B03002_005": "aian",
    "B03002_006": "asian", "B03002_007": "nhpi", "B03002_008": "some_other", "B03002_009": "two_or_more",
    "B03002_012": "hispanic",
    "B17001_001": "universe", "B17001_002": "poor", "B17001B_002": "black", "B17001C_002": "aian",
    "B17001D_002": "asian", "B17001E_002": "nhpi", "B17001F_002": "some_other", "B17001G_002": "two_or_more",
    "B17001H_002": "white", "B17001I_002": "hispanic",
    "B25001_001": "housing_units", "B19013_001": "median_income",
    "B28003_001": "households", "B28003_004": "broadband",
    "B01001_001": "people",
    **{
        f"B01001{letter}_{line}": f"{race}, {sex}, {age}"
        for letter, race in {
            "": "all", "A": "white", "B": "black", "C": "aian", "D": "asian", "E": "nhpi", "I": "hispanic",
        }.items()
        for line, sex, age in (
            ("005", "male", "10-14"), ("006", "male", "15-17"),
            ("020" if letter else "029", "female", "10-14"), ("021" if letter else "030", "female", "15-17"),
        )
    },
}  # fmt: skip
_YOUNG = {
    ("male", "10-14"): 0.034,
    ("male", "15-17"): 0.02,
    ("female", "10-14"): 0.032,
    ("female", "15-17"): 0.019,
}
"""Part of the people of a race who are of this sex and age."""
_ONE_RACE = ("white", "black", "aian", "asian", "nhpi")
"""Tables of a race alone have its Hispanics too: here they are all White."""


def margin(number: int, spread: float = 1.0) -> int:
    """Margin of error of a count; of zero it is that of the Census Bureau, some twelve people."""
    return round(1.645 * spread * math.sqrt(number * 4)) + 3 if number else 12


@lru_cache(maxsize=32)
def residents(world: World, year: int) -> dict[tuple[str, str], Counts]:
    """County key and tract -> people and groups, which add up to them."""
    found: dict[tuple[str, str], Counts] = {}
    people: dict[tuple[str, str], int] = {}
    for block in world.blocks:
        people[block.county, block.tract] = people.get((block.county, block.tract), 0) + block.people
    for (key, tract), of_2014 in people.items():
        county = world.county(key)
        total = round(of_2014 * (1 + county.growth * (year - 2014)))
        black, hispanic, other, _ = county.mix
        lean = world.draws.wobble("make-up", key, tract)
        numbers = {
            "black": round(total * black * (1 + 0.7 * lean)),
            "hispanic": round(total * hispanic * (1 + 0.3 * world.draws.wobble("hispanic", key, tract))),
        }
        of_other = total * other * (1 + 0.4 * world.draws.wobble("other", key, tract))
        numbers |= {name: round(of_other * part) for name, part in zip(OTHERS, _PARTS_OF_OTHER, strict=True)}
        numbers["white"] = total - sum(numbers.values())
        spread = 2 + 2 * world.draws.uniform("margin", key, tract, year)
        counts = {name: (numbers[name], margin(numbers[name], spread)) for name in GROUPS}
        if tract.endswith("10"):
            counts["hispanic"] = (numbers["hispanic"], 0)  # controlled: no sampling error
        found[key, tract] = {"people": (total, margin(total, spread))} | counts
    for county in world.counties:
        if county.people > 500_000:
            found[county.key, EMPTY_TRACT] = dict.fromkeys(("people", *GROUPS), (0, 12))
    return found


@lru_cache(maxsize=32)
def poverty(world: World, year: int) -> dict[tuple[str, str], Counts]:
    """County key and tract -> people whose poverty status is known, the poor, and those of each group."""
    found: dict[tuple[str, str], Counts] = {}
    for (key, tract), counts in residents(world, year).items():
        county = world.county(key)
        lean = world.draws.wobble("poverty", key, tract)
        rate = min(0.7, max(0.0, 0.2 - 0.14 * county.wealth + 0.5 * lean))
        universe = round(counts["people"][0] * 0.97)
        poor = {
            name: round(counts[name][0] * 0.97 * rate * (1.2 if name in ("black", "hispanic") else 0.9))
            for name in GROUPS
        }
        poor["poor"] = min(universe, sum(poor.values()))
        found[key, tract] = {"universe": (universe, margin(universe))} | {
            name: (number, margin(number, 2)) for name, number in poor.items()
        }
    return found


@lru_cache(maxsize=32)
def housing(world: World, year: int) -> dict[tuple[str, str], Counts]:
    """County key and tract -> housing units; in tracts of few people their margin is wide."""
    found: dict[tuple[str, str], Counts] = {}
    for (key, tract), counts in residents(world, year).items():
        units = round(counts["people"][0] / 2.2)
        found[key, tract] = {
            "housing_units": (units, margin(units, 1 + world.draws.uniform("units", key, tract)))
        }
    return found


def median_income(world: World, area: Area, year: int) -> Counts:
    """Median household income of a county or place, less certain where fewer people live."""
    income = round(62_000 * (1 + 0.3 * area.wealth + 0.02 * (year - 2015)))
    return {"median_income": (income, round(income * min(0.6, 3 * area.people**-0.5)))}


def _summed(parts: list[Counts]) -> Counts:
    names = parts[0]
    return {
        name: (
            sum(part[name][0] for part in parts),
            round(math.sqrt(sum(part[name][1] ** 2 for part in parts))),
        )
        for name in names
    }


@lru_cache(maxsize=32)
def counties(world: World, year: int) -> dict[str, Counts]:
    """County key -> sums over its tracts, and households."""
    tracts = residents(world, year)
    found = {}
    for county in world.counties:
        summed = _summed([counts for (key, _), counts in tracts.items() if key == county.key])
        found[county.key] = summed | _households(world, county.key, summed["people"][0], county.wealth, year)
    return found


@lru_cache(maxsize=32)
def places(world: World, year: int) -> dict[str, Counts]:
    """Code of a place that the survey knows -> what its parts of tracts hold, and households."""
    tracts = residents(world, year)
    found: dict[str, Counts] = {}
    for place in world.places:
        if year < place.since:
            continue
        parts = [
            {name: (round(number * afact), margin_) for name, (number, margin_) in tracts[key, tract].items()}
            for key, tract, code, _, afact, _ in tract_place_overlaps(world, "2020")
            if code == place.code
        ]
        summed = _summed(parts)
        summed["people"] = (sum(summed[name][0] for name in GROUPS), summed["people"][1])
        found[place.code] = summed | _households(world, place.key, summed["people"][0], place.wealth, year)
    return found


def young(counts: Counts) -> Counts:
    """People of 10 to 17 years by race alone, sex and age; two or more races and some other only in all."""
    found = {}
    for (sex, age), part in _YOUNG.items():
        for race in (*_ONE_RACE, "hispanic"):
            people = counts[race][0] + (counts["hispanic"][0] if race == "white" else 0)
            found[f"{race}, {sex}, {age}"] = (round(people * part), 3)
        others = round((counts["some_other"][0] + counts["two_or_more"][0]) * part)
        found[f"all, {sex}, {age}"] = (
            sum(found[f"{race}, {sex}, {age}"][0] for race in _ONE_RACE) + others,
            3,
        )
    return found


def _households(world: World, key: str, people: int, wealth: float, year: int) -> Counts:
    households = round(people / 2.5)
    share = min(
        0.97, 0.74 + 0.015 * (year - 2018) + 0.1 * wealth + 0.02 * world.draws.wobble("online", key, year)
    )
    online = round(households * share)
    return {"households": (households, margin(households, 2)), "broadband": (online, margin(online, 3))}


def tract_shares(world: World, year: int) -> dict[str, list[tuple[tuple[str, str], float]]]:
    """Place -> its tracts with the share of each that lies in it, as Geocorr counts them for the year."""
    vintage = "2010" if year < 2020 else "2020"
    found: dict[str, list[tuple[tuple[str, str], float]]] = {}
    for key, tract, code, _, afact, _ in tract_place_overlaps(world, vintage):
        if afact and not (vintage == "2010" and code in LATER_PLACES):
            found.setdefault(code, []).append(((key, tract), afact))
    return found


def _areas(world: World, table: str, year: int) -> Iterator[tuple[list[str], str, Counts]]:
    """Codes, name and numbers of each area that a table has."""
    level = ASKED[table].level
    if table.startswith("b19013"):
        for code, area in world.areas(level, year):
            yield [STATE, code], area.name, median_income(world, area, year)
        return
    if level == "place":
        names = {place.code: place.name for place in world.places}
        for code, counts in sorted(places(world, year).items()):
            yield [STATE, code], names[code], counts | young(counts)
        return
    if level == "county":
        for code, county in world.areas("county", year):
            assert isinstance(county, County)
            counts = counties(world, year)[county.key]
            yield [STATE, code], county.name_in(year), counts | young(counts)
        return
    of_tracts = {"b17001_tract": poverty, "b25001_tract": housing}
    numbers = of_tracts.get(table, residents)(world, year)
    coded = sorted(
        (world.county(key).code_in(year), tract, counts) for (key, tract), counts in numbers.items()
    )
    for code, tract, counts in coded:
        yield [STATE, code, tract], f"Census Tract {int(tract[:4])}", counts


def content(world: World, file: SourceFile) -> bytes:
    """The answer of the interface: a row a line, all cells text."""
    (table,) = file.tables
    asked = ASKED[table]
    names = [
        column.headers[0]
        for column in LAYOUTS.columns_of(table, file.vintage)
        if census_table_of(column.headers[0]) in asked.census_tables
    ]
    codes = {"county": ["county"], "place": ["place"], "tract": ["county", "tract"]}[asked.level]
    rows: list[list[str]] = [["NAME", *names, "state", *codes]]
    for area, name, counts in _areas(world, table, last_year(file.vintage)):
        rows.append([name, *(_cell(asked.level, counts, line) for line in names), *area])
    text = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return f"[{text}]".encode()


def _cell(level: str, counts: Counts, line: str) -> str:
    estimate, error = counts[_LINES[line[:-1]]]
    if line.endswith("E"):
        return str(estimate)
    is_controlled = error == 0 or (level == "county" and _LINES[line[:-1]] == "people")
    return str(CONTROLLED if is_controlled else error)
