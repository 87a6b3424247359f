"""Invents the people of a home: ages, origins, work, school, difficulties.

Codes are those of the Census Bureau's dictionaries. All numbers of a home come from one generator that
is seeded by the home's name, so a home is the same whatever else is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from orchestration.sample.areas import RACES

# Origin of each group of `RACES`: HISP and RAC1P, several to choose from.
_ORIGIN = dict(
    zip(
        RACES,
        (((1, 2),), ((2, 1), (2, 8), (24, 1), (3, 9)), ((1, 6), (1, 9), (1, 3), (1, 8)), ((1, 1),)),
        strict=True,
    )
)
# Relationship to the first person until 2018 (RELP) and later (RELSHIPP).
HEAD, SPOUSE, CHILD, OTHER, INSTITUTION, OTHER_QUARTERS = range(6)
RELP = {HEAD: 0, SPOUSE: 1, CHILD: 2, OTHER: 15, INSTITUTION: 16, OTHER_QUARTERS: 17}
RELSHIPP = {HEAD: 20, SPOUSE: 21, CHILD: 25, OTHER: 36, INSTITUTION: 37, OTHER_QUARTERS: 38}

Person = dict[str, int | None]
"""Column -> code or number; None is a blank. `relationship` is one of the constants above."""


@dataclass(frozen=True)
class Neighborhood:
    """What the people of a block have in common."""

    mix: tuple[float, float, float, float]
    wealth: float


def group_of(chance: Random, neighborhood: Neighborhood) -> str:
    """The group of a home."""
    point = chance.random() * sum(neighborhood.mix)
    for race, part in zip(RACES, neighborhood.mix, strict=True):
        point -= part
        if point < 0:
            return race
    return RACES[-1]


def household(chance: Random, neighborhood: Neighborhood, race: str, size: int) -> list[Person]:
    """The people of a home, the first person first."""
    head = 18 + int(67 * chance.random())
    people = [_person(chance, neighborhood, race, head, HEAD)]
    couple = size > 1 and chance.random() < 0.7
    if couple:
        age = max(18, min(95, head + int(chance.random() * 11) - 5))
        people.append(_person(chance, neighborhood, race, age, SPOUSE))
    while len(people) < size:
        oldest = head - 18
        child = oldest >= 0 and chance.random() < 0.85
        age = _age_of_child(chance, oldest) if child else 18 + int(60 * chance.random())
        people.append(_person(chance, neighborhood, race, age, CHILD if child else OTHER))
    return people


def _age_of_child(chance: Random, oldest: int) -> int:
    """A child's age, more often 3 or 4 than in life: preschool metrics need 30 of them in a place."""
    if oldest >= 4 and chance.random() < 0.14:
        return 3 + (chance.random() < 0.5)
    return int(min(oldest, 22) * chance.random())


def in_quarters(chance: Random, neighborhood: Neighborhood, institution: bool) -> Person:
    """A person in a prison or nursing home, or in other group quarters such as a dormitory."""
    age = 22 + int(70 * chance.random()) if institution else 18 + int(6 * chance.random())
    race = group_of(chance, neighborhood)
    person = _person(chance, neighborhood, race, age, INSTITUTION if institution else OTHER_QUARTERS)
    if institution:
        person |= {"ESR": 6, "SCHG": None}
    return person


def _person(chance: Random, neighborhood: Neighborhood, race: str, age: int, relationship: int) -> Person:
    hispanic, racial = _ORIGIN[race][int(chance.random() * len(_ORIGIN[race]))]
    grade = _grade(chance, age)
    return {
        "relationship": relationship,
        "AGEP": age,
        "SEX": 1 + (chance.random() < 0.508),
        "HISP": hispanic,
        "RAC1P": racial,
        "ESR": _work(chance, neighborhood.wealth, age),
        "SCHG": grade,
        "SCHL": _attainment(chance, neighborhood.wealth, age, grade),
    } | _difficulties(chance, age)


def _work(chance: Random, wealth: float, age: int) -> int | None:
    if age < 16:
        return None
    employed = 0.77 + 0.07 * wealth if 25 <= age <= 54 else 0.55 if age < 65 else 0.16
    point = chance.random()
    if point < employed:
        return 4 if point < 0.004 else 2 if point < 0.025 else 1
    return 3 if point < employed + 0.045 else 6


def _grade(chance: Random, age: int) -> int | None:
    """SCHG: 1 nursery school, 2 kindergarten, 3-14 grades, 15 college, 16 beyond."""
    if age < 3:
        return None
    if age < 5:
        return 1 if chance.random() < 0.46 else None
    if age < 18:
        return min(14, max(1, age - 3 - (chance.random() < 0.3)))
    enrolled = 0.62 if age < 20 else 0.4 if age < 24 else 0.04
    if chance.random() >= enrolled:
        return None
    if age < 20 and chance.random() < 0.2:
        return 14
    return 15 if age < 26 else 16


def _attainment(chance: Random, wealth: float, age: int, grade: int | None) -> int | None:
    """SCHL: 1 nothing, 2 nursery school ... 15 twelfth grade, 16 diploma, 17 GED, 18-24 college."""
    if age < 3:
        return None
    if age < 18 or (grade is not None and grade <= 14):
        return max(1, min(15, (grade or 1)))
    point = chance.random() + 0.08 * wealth
    if point < 0.1:
        return 8 + int(8 * chance.random())
    if age < 22:
        return 16 if point < 0.5 else 19
    return 16 if point < 0.34 else 17 if point < 0.38 else 19 if point < 0.6 else 21 if point < 0.87 else 22


def _difficulties(chance: Random, age: int) -> Person:
    """Hearing and vision are asked of all, the others from 5 years on, independent living from 15."""
    likely = 0.015 if age < 35 else 0.04 if age < 65 else 0.13

    def answer(least: int) -> int | None:
        point = chance.random()
        return None if age < least else 1 if point < likely else 2

    return {
        "DREM": answer(5), "DPHY": answer(5), "DOUT": answer(15), "DEAR": answer(0), "DEYE": answer(0),
        "DDRS": answer(5),
    }  # fmt: skip
