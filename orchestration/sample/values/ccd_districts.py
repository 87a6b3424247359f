"""The directory of the invented school districts: those of the homeless students, in the same years.

Their enrolment by race has one district more, which reports no homeless students at all, and codes for no
answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE
from orchestration.sample.values.edfacts_homeless import districts
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

ALL = 99
WITHOUT_HOMELESS = f"{STATE}00009"


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row a district, or one for each race; directory and cities in one shape, each takes its columns."""
    year = int(file.vintage)
    if table == "enrollment_by_race":
        yield from _by_race(world, year)
        return
    for district in districts(world, year):
        yield {
            "leaid": district.leaid,
            "year": year,
            "enrollment": district.students,
            "state": STATE,
            "county": district.county,
            "city_location": district.city,
        }


def _by_race(world: World, year: int) -> Iterator[dict[str, Value]]:
    """In the order of the interface's keys, with its total of all races."""
    found = [(district.leaid, district.enrolled) for district in districts(world, year)]
    for leaid, enrolled in [*found, (WITHOUT_HOMELESS, {1: 250, 2: 40, 9: 3})]:
        total = sum(max(count, 0) for count in enrolled.values())
        for race, count in (*sorted(enrolled.items()), (ALL, total)):
            yield {
                "year": year,
                "leaid": leaid,
                "fips": int(STATE),
                "grade": ALL,
                "race": race,
                "sex": ALL,
                "enrollment": count,
            }
