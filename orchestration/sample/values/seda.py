"""Test scores of the invented counties and school districts.

A cohort gains about a grade level a year, with some noise; a grade with few tests has no score. The districts
are those of the directory whose office is in a place of the frame: a large one, and a small one where the
directory has it in some year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from orchestration.sample.areas import RACES, STATE, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.values import edfacts_homeless
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources import ccd_districts
from orchestration.sources.model import SourceFile

FIRST_SPRING, LAST_SPRING = 2009, {"4.1": 2018, "5.0": 2019}
GRADES = range(3, 9)
LEAST_TESTS = 20
"""A grade with fewer tests has no score."""
OPTED_OUT, FIRST_OPT_OUT = "larch", 2017
"""A county without tests in grades 7 and 8 from that spring on."""
TESTS_PER_PERSON = 0.011
GROUPS: dict[str, str] = {
    "all": "All",
    "blk": RACES[0],
    "hsp": RACES[1],
    "wht": RACES[3],
    "fem": "Female",
    "mal": "Male",
    "ecd": "Economically Disadvantaged",
    "nec": "Not Economically Disadvantaged",
}


@dataclass(frozen=True, eq=False)
class Unit:
    """A county or a school district: whose pupils take tests together."""

    code: str
    area: Area
    part: float
    """Share of the area's pupils."""


@lru_cache(maxsize=4)
def units(world: World, level: str) -> tuple[Unit, ...]:
    """The counties under their old codes, or the districts of the places."""
    if level == "county":
        return tuple(Unit(STATE + code, area, 1.0) for code, area in world.areas("county", 2018))
    years = [int(file.vintage) for file in ccd_districts.SOURCE.files if file.tables == ("cities",)]
    cities = {
        district.leaid: district.city
        for year in years
        for district in edfacts_homeless.districts(world, year)
        if district.city != "Elsewhere"
    }
    found = []
    for _, place in world.areas("place", max(years)):
        own = sorted(leaid for leaid, city in cities.items() if f"{city} CITY" == place.name.upper())
        parts = (1.0,) if len(own) == 1 else (0.93, 0.07)
        found += [Unit(leaid, place, part) for leaid, part in zip(own, parts, strict=False)]
    return tuple(found)


@lru_cache(maxsize=50_000)
def score(world: World, unit: Unit, cohort: int, grade: int, group: str) -> tuple[float | None, int] | None:
    """Mean score and tests of a grade; the cohort has the year of the fall in which it is in grade 8.

    None where families opted out of the tests: SEDA then has no row, as of New York.
    """
    if unit.area.key == OPTED_OUT and grade > 6 and cohort + grade - 7 >= FIRST_OPT_OUT:
        return None
    cell = Cell(world, unit.area, cohort, GROUPS[group], tuple(GROUPS.values())[1:])
    key = (unit.code, cohort, grade, group)
    tests = round(
        unit.area.population(2018)
        * unit.part
        * (1.0 if group == "all" else cell.weight)
        * TESTS_PER_PERSON
        * world.draws.between(0.9, 1.1, "tests", *key)
    )
    if tests < LEAST_TESTS:
        return None, tests
    everyone = 0.98 + 0.12 * unit.area.wealth + 0.02 * world.draws.wobble("slope", unit.code, cohort)
    slope = everyone if group == "all" else cell.shifted(everyone, 0.03)
    level = 3 + 0.8 * unit.area.wealth + 0.04 * world.draws.wobble("score", *key)
    return round(level + slope * (grade - 3), 6), tests


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Both subjects of all grades and springs; mathematics is half a grade behind."""
    name = "sedacounty" if table == "county" else "sedalea"
    for unit in units(world, table):
        for spring in range(FIRST_SPRING, LAST_SPRING[file.vintage] + 1):
            for grade in GRADES:
                of_groups = {g: score(world, unit, spring - grade + 7, grade, g) for g in GROUPS}
                found = {group: pair for group, pair in of_groups.items() if pair is not None}
                if not found:
                    continue
                for subject, behind in (("rla", 0.0), ("mth", 0.5)):
                    yield {
                        name: int(unit.code),
                        "fips": int(STATE),
                        "subject": subject,
                        "grade": grade,
                        "year": spring,
                        **{
                            f"gcs_mn_{group}": None if mean is None else mean - behind
                            for group, (mean, _) in found.items()
                        },
                        **{f"tot_asmt_{group}": tests for group, (_, tests) in found.items()},
                    }
