"""The invented schools: where they are, who attends them, how many are poor.

Each county has schools in its cities and outside. Some are odd, as real ones are: without an estimate of
poverty, without a county, without a count of students, with a code in place of a count. Those count nowhere,
or in areas where no school is poor, so that the published rule (schools without an estimate count as not
poor) gives what ours gives.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from orchestration.sample.areas import PLACES, STATE, STATE_LETTERS, County
from orchestration.sample.world import World
from orchestration.sample.writing import Value, pages, table
from orchestration.sources.model import SourceFile

PUPILS = 0.155
"""Pupils per person."""
WHITE, BLACK, HISPANIC, OTHERS, ALL = 1, 2, 3, 7, 99
_PLACE_IN_MIX = {BLACK: 0, HISPANIC: 1, OTHERS: 2, WHITE: 3}
MALE, FEMALE = 1, 2
FIRST_GRADE = 1
"""Stands beside all grades in the bulk files; counts of it are not made sensible."""
MISSING = -1
WITHOUT_POVERTY = "dogwood"
"""County of which no school is poor."""
_IN_CITY, _OUTSIDE = 3, 4
_BULK_UNTIL = 2018
"""The bulk files of all years are older than the answers."""


@dataclass(frozen=True)
class School:
    """A school in a year."""

    ncessch: str
    county_code: str
    city: str | None
    enrollment: int | None
    students: dict[int, tuple[int, int]]
    """By race: boys, girls; a code for no answer below 0."""
    poverty: float | None

    def of_race(self, race: int) -> int:
        """Students of a race, as the metric counts them."""
        return sum(max(count, 0) for count in self.students.get(race, ()))


@lru_cache(maxsize=16)
def schools(world: World, year: int) -> tuple[School, ...]:
    """All schools of a year, in the order of their ids."""
    found = [school for county in world.counties for school in _of_county(world, county, year)]
    return tuple(sorted(found, key=lambda school: school.ncessch))


def _of_county(world: World, county: County, year: int) -> Iterator[School]:
    cities = [place.name.removesuffix(" city") for place in PLACES if county.key in dict(place.counties)]
    towns = [city for city in cities for _ in range(_IN_CITY)] + [f"{county.name} Station"] * _OUTSIDE
    for number, city in enumerate(towns, start=1):
        yield _school(world, county, year, number, city, 1 / len(towns))
    odd = _odd(county)
    if odd is not None:
        yield odd


def _school(world: World, county: County, year: int, number: int, city: str, part: float) -> School:
    key = ("school", county.key, number)
    size = county.population(year) * PUPILS * part * world.draws.between(0.7, 1.3, *key)
    students = {}
    for race, at in _PLACE_IN_MIX.items():
        count = round(size * county.mix[at] * world.draws.between(0.5, 1.5, *key, race))
        students[race] = (count // 2, count - count // 2)
    level = 17 - 9 * county.wealth + 12 * world.draws.wobble(*key, "poverty") + world.draws.wobble(*key, year)
    level = min(max(level, 1.5), 60.0)
    poverty = min(level, 19.9) if county.key == WITHOUT_POVERTY else 20.0 if number == 2 else round(level, 6)
    # The directory's own count is not quite that by race.
    enrollment = max(1, sum(sum(count) for count in students.values()) - number % 3)
    if number == 1 and year % 2:
        city = city.upper()
    return School(_id(county, number), STATE + county.code_in(year), city, enrollment, students, poverty)


def _odd(county: County) -> School | None:
    """A school that counts nowhere, or does not change what its area has."""
    code, many = STATE + county.code, {WHITE: (40, 41), BLACK: (30, 31), HISPANIC: (MISSING, 5)}
    rows = {
        "dogwood": School(_id(county, 90), code, "Elsewhere", 147, many, None),
        "elm": School(_id(county, 91), "-2", "Elsewhere", 147, many, 55.0),
        "fir": School(_id(county, 92), code, "Elsewhere", MISSING, many, 55.0),
        "pena": School(_id(county, 93), code, "Elsewhere", 0, many, 55.0),
        "juniper": School(_id(county, 94), code, None, 60, {}, 55.0),
    }
    return rows.get(county.key)


def _id(county: County, number: int) -> str:
    return f"{STATE}{county.code:0>5}{number:05d}"


def shares(found: list[School], race: int) -> tuple[float | None, int]:
    """Share of the students of a race in schools where a fifth or more are poor, and how many students."""
    counted = [s for s in found if s.enrollment and s.enrollment > 0 and s.county_code[0] != "-"]
    students = sum(school.of_race(race) for school in counted)
    poor = sum(s.of_race(race) for s in counted if s.poverty is not None and s.poverty / 100 >= 0.2)
    return (poor / students if students else None), students


# --- files ----------------------------------------------------------------------------------------


def content(world: World, file: SourceFile) -> bytes:
    """A bulk file, or an answer in pages."""
    name = file.tables[0]
    if not file.paged:
        years = [int(file.vintage)] if file.vintage.isdigit() else range(2013, _BULK_UNTIL + 1)
        rows = [row for year in years for row in _rows(world, name.removeprefix("bulk_"), year)]
        if name == "bulk_enrollment":
            rows += [row | {"grade": FIRST_GRADE} for row in rows]
        columns = list(rows[0])
        return table(columns, [list(row.values()) for row in rows], "readr", "").encode()
    answer = [
        {column: value for column, value in row.items() if column != "ncessch_num"}  # the id once more
        for row in _rows(world, name, int(file.vintage))
    ]
    return pages(file.url or "", answer)


def _rows(world: World, kind: str, year: int) -> Iterator[dict[str, Value]]:
    for school in schools(world, year):
        if kind == "poverty":
            yield _poverty(school, year)
        elif kind == "directory":
            yield _directory(school, year)
        else:
            yield from _enrollment(school, year)


def _directory(school: School, year: int) -> dict[str, Value]:
    return {
        "year": year,
        "ncessch": school.ncessch,
        "school_name": f"School {school.ncessch[-5:]}",
        "leaid": school.ncessch[:7],
        "lea_name": f"District {school.ncessch[2:7]}",
        "city_location": school.city,
        "state_location": STATE_LETTERS,
        "fips": int(STATE),
        "county_code": school.county_code,
        "enrollment": school.enrollment,
        "ncessch_num": int(school.ncessch),
    }


def _poverty(school: School, year: int) -> dict[str, Value]:
    return {
        "year": year,
        "fips": int(STATE),
        "gleaid": school.ncessch[:7],
        "ncessch": school.ncessch,
        "ncessch_num": int(school.ncessch),
        "leaid": school.ncessch[:7],
        "meps_poverty_pct": school.poverty,
        "meps_poverty_se": None if school.poverty is None else 1.5,
    }


def _enrollment(school: School, year: int) -> Iterator[dict[str, Value]]:
    """By race and sex, and the totals, all grades."""
    sums = {race: sum(max(count, 0) for count in both) for race, both in school.students.items()}
    for race in (*school.students, ALL) if school.students else ():
        both = school.students.get(race) or (sum(sums.values()), 0)
        for sex, count in ((MALE, both[0]), (FEMALE, both[1]), (ALL, sum(max(c, 0) for c in both))):
            yield {
                "year": year,
                "ncessch": school.ncessch,
                "ncessch_num": int(school.ncessch),
                "grade": 99,
                "race": race,
                "sex": sex,
                "enrollment": count,
                "fips": int(STATE),
                "leaid": school.ncessch[:7],
            }
