"""The invented police agencies: who they are, where, what they report.

What is odd about them is odd about real ones: a city police with two counties, agencies that the crosswalk
of 2012 does not know, one that stands nowhere, a university that only its county tells of, state police
(which no area counts), agencies that send nothing in a year, and arrests whose ethnicity is left blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from orchestration.sample.areas import PLACES, STATE, STATE_LETTERS, STATE_NAME, County, Place
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

MURDER = "09A"
OFFENSES = {
    MURDER: 0.004, "13A": 0.1, "13B": 0.4, "13C": 0.15, "11A": 0.03, "120": 0.05, "220": 0.2, "23C": 0.3,
    "23F": 0.2, "240": 0.2, "290": 0.4, "26A": 0.1, "35A": 0.3, "520": 0.1, "09C": 0.001,
}  # fmt: skip
"""Code -> offenses per 100 people and year: against persons, property, society, and justifiable homicide."""
PERSONS = (MURDER, "13A", "13B", "13C", "11A")
PROPERTY = ("120", "220", "23C", "23F", "240", "290", "26A")
RACES = ("white", "black", "asian", "american indian/alaskan native", "unknown")
OTHER_RACES = ("asian", "american indian/alaskan native")
HISPANIC, NOT_HISPANIC = "hispanic or latino", "not hispanic or latino"
AGES = (9, 10, 13, 15, 17, 18, 34)
WITH_BLANKS = ("birch", "elm")
"""Counties whose agencies leave the ethnicity of some arrests blank."""
NOT_REPORTING = {("oak", 2022), ("rowan", 2021)}
"""Counties whose police reported nothing in a year; one of them is known under its old code only."""
_PLACE_OF_NONE = "99001"
"""What the crosswalk says of an agency that is of no place."""


@dataclass(frozen=True)
class Agency:
    """A police agency."""

    ori: str
    number: int
    kind: str
    name: str
    people: int
    """Whom it serves, in 2014."""
    counties: tuple[str, ...]
    """Keys of the counties that the header names."""
    core: str | None
    city: str | None
    """City in the header."""
    listed_county: str | None = None
    """County in the crosswalk of 2012; None: it is not listed."""
    listed_place: str | None = None
    key: str = ""
    """County that its habits are drawn from."""


@lru_cache(maxsize=2)
def agencies(world: World) -> tuple[Agency, ...]:
    """All agencies of the state, in the order of their ids."""
    found: list[Agency] = []

    def add(kind: str, name: str, people: int, county: County, **more: object) -> None:
        number = len(found) + 1
        ori = f"{STATE_LETTERS}{number:05d}00"
        facts: dict[str, object] = {
            "counties": (county.key,),
            "core": "N",
            "city": None,
            "listed_county": county.code,
            "key": county.key,
        }
        found.append(Agency(ori, number, kind, name, people, **(facts | more)))  # type: ignore[arg-type]

    for county in world.counties:
        inside = sum(dict(place.counties).get(county.key, 0) for place in PLACES)
        add("county", f"{county.name} Sheriff", county.people - inside, county, listed_place=_PLACE_OF_NONE)
        if county.people > 80_000:
            add("university or college", f"{county.name} College", 2_000, county, listed_county=None)
        if county.people < 50_000:
            add("city", f"{county.name} Station", 900, county, city="Station", listed_county=None, core=None)
    for place in PLACES:
        _of_place(world, place, add)
    first = world.counties[0]
    add("state police", "State Police", 5_000, first)
    add("other agencies", "Airport", 300, first, counties=(), listed_place=_PLACE_OF_NONE)
    add("tribal", "Nowhere", 200, first, counties=(), listed_county=None)
    return tuple(found)


def _of_place(world: World, place: Place, add: object) -> None:
    """The police of a city: by the crosswalk, or, if that does not know it, by its name."""
    keys = tuple(key for key, _ in place.counties)
    known = place.since == 2014
    more = {
        "counties": keys,
        "core": "Y",
        "city": place.name.removesuffix(" city").upper(),
        "listed_county": world.county(keys[0]).code if known else None,
        "listed_place": place.code if known else None,
    }
    add("city", f"{place.name} Police", place.people, world.county(keys[0]), **more)  # type: ignore[operator]


def reports(world: World, agency: Agency, year: int) -> bool:
    """Whether it sent anything in the year."""
    if (agency.key, year) in NOT_REPORTING:
        return False
    return agency.kind == "county" or world.draws.chance(0.8, "sends", agency.ori, year)


def offenses(world: World, agency: Agency, year: int) -> dict[str, int]:
    """Offenses by code; an agency that reports has at least one theft."""
    if not reports(world, agency, year):
        return {}
    level = agency.people / 250 * world.draws.between(0.6, 1.4, "offenses", agency.ori, year)
    counts = {
        code: round(level * many * world.draws.between(0.7, 1.3, agency.ori, year, code))
        for code, many in OFFENSES.items()
    }
    return {code: count for code, count in (counts | {"23C": counts["23C"] + 1}).items() if count}


Person = tuple[int, str, str, str | None]
"""Age, sex, race and ethnicity."""


@lru_cache(maxsize=64)
def _arrests(world: World, agency: Agency, year: int) -> dict[tuple[bool, Person], int]:
    found: dict[tuple[bool, Person], int] = {}
    if not reports(world, agency, year):
        return found
    county = world.county(agency.key)
    mix = {
        "white": county.mix[3] + county.mix[1],
        "black": 1.6 * county.mix[0],
        "asian": 0.3 * county.mix[2],
        OTHER_RACES[1]: 0.2 * county.mix[2],
        "unknown": 0.01,
    }
    for group_b in (False, True):
        for age in AGES:
            for sex, part in (("male", 0.65), ("female", 0.35)):
                for race in RACES:
                    level = agency.people * 0.0005 * part * mix[race] * (0.2 if age == 9 else 1.0)
                    key = ("arrests", agency.ori, year, group_b, age, sex, race)
                    many = round(level * world.draws.between(0.5, 1.6, *key))
                    hispanic = round(many * county.mix[1])
                    blank = 1 if agency.key in WITH_BLANKS and race == "white" and many > 2 else 0
                    rest = many - hispanic - blank
                    for ethnicity, count in ((HISPANIC, hispanic), (NOT_HISPANIC, rest), (None, blank)):
                        if count > 0:
                            found[group_b, (age, sex, race, ethnicity)] = count
    return found


def arrests(world: World, agency: Agency, year: int, *, group_b: bool) -> dict[Person, int]:
    """Arrests of a group by person."""
    every = _arrests(world, agency, year)
    return {person: count for (is_b, person), count in every.items() if is_b is group_b}


def makes_arrests(world: World, agency: Agency, year: int) -> bool:
    """Whether anybody of any age was arrested; a small agency may report offenses and no arrest."""
    return bool(_arrests(world, agency, year))


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Headers of all agencies, the crosswalk, arrests by agency."""
    year = int(file.vintage)
    for agency in agencies(world):
        if table == "batch_headers":
            yield _header(world, agency, year)
        elif table == "crosswalk":
            if agency.listed_county is not None:
                yield {
                    "ORI9": agency.ori, "FIPS_ST": int(STATE), "FIPS_COUNTY": int(agency.listed_county),
                    "FPLACE": int(agency.listed_place or 0),
                }  # fmt: skip
        else:
            group = arrests(world, agency, year, group_b=table.endswith("b"))
            for (age, sex, race, ethnicity), count in group.items():
                yield {
                    "year": year, "ori": agency.ori, "age_of_arrestee": str(age), "sex_of_arrestee": sex,
                    "race_of_arrestee": race, "ethnicity_of_arrestee": ethnicity, "arrests": count,
                }  # fmt: skip
    if table == "crosswalk":
        yield {"ORI9": "-1", "FIPS_ST": int(STATE), "FIPS_COUNTY": 1, "FPLACE": 0}


def _header(world: World, agency: Agency, year: int) -> dict[str, Value]:
    """Codes of counties as the year's header has them: the old one of a county with a new code."""
    codes = [world.county(key).code for key in agency.counties]
    return {
        "year": year,
        "ori": agency.ori,
        "agency_indicator": agency.kind,
        "state": STATE_NAME.lower(),
        "state_abbreviation": STATE_LETTERS,
        "city_name": agency.city,
        "core_city": agency.core,
        **{f"fips_county_code_{at + 1}": int(code) for at, code in enumerate(codes)},
    }


# --- where an agency counts -----------------------------------------------------------------------


def listed_counties(world: World, agency: Agency) -> tuple[str, ...]:
    """Key of the county that the crosswalk of 2012 has for an agency without one in its header."""
    return tuple(county.key for county in world.counties if county.code == agency.listed_county)


def place_of(world: World, agency: Agency, year: int) -> Place | None:
    """Its city: that of the crosswalk; if it is not there, by name; then the only one of its county."""
    places = [place for place in PLACES if year >= place.since]
    if agency.listed_county is not None:
        return next((place for place in places if place.code == agency.listed_place), None)
    named = [place for place in places if place.name.removesuffix(" city").upper() == agency.city]
    alone = [place for place in places if agency.counties[:1] and agency.counties[0] in dict(place.counties)]
    return named[0] if named else alone[0] if len(alone) == 1 else None
