"""Homeless students of the invented school districts.

The districts of a county, and those of a place, have as many homeless students as the groups of the area
have together: one large district, and up to three small ones with a withheld count (one or two students,
taken as one). From 2019 on counts have races; where an area has many homeless students the small districts
have theirs in different groups, and the large one tells its other races apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from orchestration.sample.areas import RACES, STATE, STATE_NAME, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

PUPILS = 0.155
"""Pupils per person."""
OTHER = RACES[2]
AGENCY_RACES: dict[str, tuple[tuple[str, int, float], ...]] = {
    RACES[0]: (("Black or African American", 2, 1.0),),
    RACES[1]: (("Hispanic/Latino", 3, 1.0),),
    OTHER: (
        ("Asian", 4, 0.35),
        ("American Indian or Alaska Native", 5, 0.15),
        ("Native Hawaiian or Other Pacific Islander", 6, 0.05),
        ("Two or more races", 7, 0.45),
    ),
    RACES[3]: (("White", 1, 1.0),),
}
"""The agency's races in a group, their codes in the Common Core of Data, their shares of the group."""
MISSING = -1
"""Code for no answer in the Common Core of Data."""
FIRST_WITH_RACES = 2019
_FIRST_OF_PLACES = 50_000
_FIRST_OF_FORM = 2022
_LEAST_PRINTED = 3
"""Counts below are withheld."""
_MANY = 100
NO_COUNTY = "999"
"""Office of the districts of places: a county that the frame does not have, so that counties and places,
which the result files draw apart, both come out right."""


@dataclass(frozen=True)
class District:
    """A school district of a year."""

    leaid: str
    county: str
    city: str
    area: str
    """Key of the county or place that it counts in."""
    students: int
    """Enrolled."""
    homeless: int | None
    """None: withheld."""
    races: Mapping[str, int | None]
    """Homeless by the agency's race; a race without any is absent."""
    enrolled: Mapping[int, int]
    """Students by the code of the race."""


def homeless_pupils(cell: Cell) -> tuple[int, int, int]:
    """Of everybody: homeless pupils, districts with a withheld count among them, and pupils."""
    count = sum(_by_group(cell).values())
    withheld = round(3 * cell.uniform("homeless districts", cell.year, "All"))
    return count, min(count, withheld), max(10, round(cell.area.population(cell.year) * PUPILS))


def _by_group(cell: Cell) -> dict[str, int]:
    """Homeless pupils of each group."""
    whole = Cell(cell.world, cell.area, cell.year, "All", RACES, cell.sample)
    return {group: _count(whole.of(group)) for group in RACES}


def _count(cell: Cell) -> int:
    rate = cell.shifted(0.025 - 0.012 * cell.area.wealth + 0.004 * cell.wobble("homeless"), -0.006)
    return round(cell.people * PUPILS * max(rate, 0.001))


@lru_cache(maxsize=32)
def districts(world: World, year: int) -> tuple[District, ...]:
    """All districts of a school year that begins in the year."""
    found: list[District] = []
    for kind, first in (("county", 0), ("place", _FIRST_OF_PLACES)):
        for number, (code, area) in enumerate(world.areas(kind, year)):
            county, city = (code, "Elsewhere") if kind == "county" else (NO_COUNTY, _city(area))
            found += _of_area(Cell(world, area, year), first + 10 * number, county, city)
    return tuple(found)


def _of_area(cell: Cell, number: int, county: str, city: str) -> Iterator[District]:
    count, withheld, pupils = homeless_pupils(cell)
    has_many, groups = count >= _MANY, _by_group(cell)
    candidates = [group for group in RACES if groups[group] > _LEAST_PRINTED] if has_many else [OTHER]
    small = [candidates[at % len(candidates)] for at in range(withheld)]
    used = Counter(small)
    left = {group: max(0, groups[group] - used[group]) for group in RACES}
    whole = Cell(cell.world, cell.area, cell.year, "All", RACES)
    enrolled = {group: round(whole.of(group).people * PUPILS) for group in RACES}
    key = cell.area.key
    yield District(
        f"{STATE}{number:05d}", county, city, key, pupils - withheld, count - withheld,
        {name: n if n >= _LEAST_PRINTED else None for name, _, n in _parts(left, has_many)},
        {code: n or (MISSING if group == OTHER else 0) for group in RACES
         for _, code, n in _split(enrolled[group], group)},
    )  # fmt: skip
    for at, group in enumerate(small, start=1):
        name, code, _ = AGENCY_RACES[group][-1]
        leaid = f"{STATE}{number + at:05d}"
        yield District(leaid, county, city, key, 1, None, {name: None}, {code: 1})


def _parts(left: Mapping[str, int], has_many: bool) -> Iterator[tuple[str, int, int]]:
    """Homeless by the agency's race. Where there are few, one race stands for the others, always."""
    for group, count in left.items():
        if group == OTHER and not has_many:
            yield "Asian", 4, count
        else:
            yield from (part for part in _split(count, group) if part[2])


def _split(count: int, group: str) -> Iterator[tuple[str, int, int]]:
    """A number shared out among the agency's races of a group; the last one has what remains."""
    *first, (last, code_of_last, _) = AGENCY_RACES[group]
    given = [(name, code, int(count * part)) for name, code, part in first]
    yield from given
    yield last, code_of_last, count - sum(n for _, _, n in given)


def _city(area: Area) -> str:
    """As a directory writes it: the name without its kind, in capitals."""
    name = area.name
    for kind in (" city", " town", " village", " CDP", " municipality"):
        name = name.removesuffix(kind)
    return name.upper()


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row a district (wide), or one for each district, group and kind of shelter (long)."""
    first = int(file.vintage[:4])
    for district in districts(world, first):
        given = "S" if district.homeless is None else str(district.homeless)
        if table == "wide":
            yield _wide(district, given, first)
        else:
            yield from _long(district, given, first)


def _wide(district: District, given: str, first: int) -> dict[str, Value]:
    return {
        "SCHOOL_YEAR_TEXT": f"{first}-{first + 1}",
        "STNAM": STATE_NAME.upper(),
        "FIPST": STATE,
        "LEAID": district.leaid,
        "ST_LEAID": f"ZZ-{district.leaid[-3:]}",
        "LEANM": f"District {district.leaid}",
        "SUBGRANT_STATUS": "No",
        "TOTAL": given,
        **dict.fromkeys(
            ("HOTELS_MOTELS", "UNSHELTERED", "SHELTERED", "DOUBLED_UP", "CWD", "EL", "MIG", "UHY"), "."
        ),
        "DATE_CUR": f"15OCT{(first + 2) % 100}",
    }


def _long(district: District, given: str, first: int) -> Iterator[dict[str, Value]]:
    part = "S" if district.homeless is None or district.homeless < 6 else str(district.homeless // 2)
    # The form that gives the last year also gives the small children who were served.
    small = (("818", "All Students in LEA", None, part),) if first >= _FIRST_OF_FORM else ()
    races = [
        ("655", race, None, "S" if count is None else str(count)) for race, count in district.races.items()
    ]
    for group, subgroup, characteristics, value in (
        ("655", "All Students in LEA", None, given),
        *races,
        ("655", "English Learner", None, part),
        ("655", None, "Doubled-up", part),
        *small,
    ):
        yield {
            "School Year": f"{first}-{first + 1}",
            "State": STATE_NAME.upper(),
            "NCES LEA ID": district.leaid,
            "LEA": f"District {district.leaid}",
            "Data Group": group,
            "Data Description": f"Homeless Students {'Enrolled' if group == '655' else 'Served'}",
            "Value": value,
            "Population": "Homeless Students",
            "Subgroup": subgroup,
            "Characteristics": characteristics,
            "Age/Grade": "Kindergarten through 12th grade",
        }
