"""Homeless students of the invented school districts.

The districts of a county, and those of a place, have as many homeless students as Urban's result files of the
sample say: one large district, and as many small ones with a withheld count (one or two students, taken as
one) as the bounds are wide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.sample.areas import STATE, STATE_NAME, Area
from orchestration.sample.results.cells import Cell
from orchestration.sample.results.schools import homeless_pupils
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

_FIRST_OF_PLACES = 50_000
_FIRST_OF_FORM = 2022
NO_COUNTY = "999"
"""Office of the districts of places: a county that the frame does not have, so that counties and places,
which the result files draw apart, both come out right."""


@dataclass(frozen=True)
class District:
    """A school district of a year."""

    leaid: str
    county: str
    city: str
    students: int
    """Enrolled."""
    homeless: int | None
    """None: withheld."""


def districts(world: World, year: int) -> Iterator[District]:
    """All districts of a school year that begins in the year."""
    for kind, first in (("county", 0), ("place", _FIRST_OF_PLACES)):
        for number, (code, area) in enumerate(world.areas(kind, year)):
            county, city = (code, "Elsewhere") if kind == "county" else (NO_COUNTY, _city(area))
            yield from _of_area(world, area, year, first + 10 * number, county, city)


def _of_area(world: World, area: Area, year: int, number: int, county: str, city: str) -> Iterator[District]:
    count, withheld, pupils = homeless_pupils(Cell(world, area, year))
    yield District(f"{STATE}{number:05d}", county, city, pupils - withheld, count - withheld)
    for small in range(1, withheld + 1):
        yield District(f"{STATE}{number + small:05d}", county, city, 1, None)


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
    for group, subgroup, characteristics, value in (
        ("655", "All Students in LEA", None, given),
        ("655", "White", None, part),
        ("655", "Two or more races", None, "S"),
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
