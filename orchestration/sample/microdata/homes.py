"""Invents the homes of the state, occupied and vacant, and the beds of group quarters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random

from orchestration.sample.microdata import people
from orchestration.sample.microdata.people import Neighborhood, Person
from orchestration.sample.world import Block, World

PEOPLE_A_HOME = 2.4
VACANT, QUARTERS = 0.1, 0.03
"""Of all records of housing units: without people, and in group quarters."""
HOMES = {1: 1_200, 5: 3_000}
"""Records of a file by its years of interviews."""

_INTERNET = ("BROADBND", "COMPOTHX", "DIALUP", "HISPEED", "OTHSVCEX", "SATELLITE")
_DEVICES = ("LAPTOP", "SMARTPHONE", "TABLET")


@dataclass(frozen=True)
class Home:
    """A record of the housing file with its people, in the order of the survey's list."""

    number: int
    year: int
    """Of the interview."""
    block: Block
    weight: int
    """Homes that it stands for; of a bed in group quarters, people."""
    kind: int
    """1 housing unit, 2 institution, 3 other group quarters."""
    answers: Person
    people: list[Person] = field(default_factory=list)


@lru_cache(maxsize=2)
def homes(world: World, last_year: int, years: int) -> list[Home]:
    """All homes of a file.

    Args:
        world: the state.
        last_year: of the interviews.
        years: of interviews, each with as many homes.
    """
    count = HOMES[years]
    total = round(world.people * (1 + 0.006 * (last_year - 2014)) / PEOPLE_A_HOME / (1 - VACANT - QUARTERS))
    made = []
    for number, block in enumerate(_dealt(world, count)):
        chance = Random(f"{world.draws.seed}|home|{last_year}|{years}|{number}")
        year = last_year - years + 1 + number % years
        weight = max(1, round(total / count * (0.55 + 0.9 * chance.random())))
        made.append(_home(world, chance, number + 1, year, block, weight))
    return made


def _dealt(world: World, count: int) -> Iterator[Block]:
    """Blocks, each as often as its people deserve, so that all crosswalks hold for the homes."""
    given, reached = 0, 0
    for block in world.blocks:
        reached += block.people
        due = count * reached // world.people
        yield from [block] * (due - given)
        given = due


def _home(world: World, chance: Random, number: int, year: int, block: Block, weight: int) -> Home:
    county = world.county(block.county)
    neighborhood = Neighborhood(county.mix, county.wealth)
    kind = chance.random()
    if kind < QUARTERS:
        institution = chance.random() < 0.45
        person = people.in_quarters(chance, neighborhood, institution)
        return Home(number, year, block, weight, 2 if institution else 3, {"NP": 1}, [person])
    size = min(7, 1 + int(5.6 * chance.random() * chance.random()) + (chance.random() < 0.55))
    worth = round(
        150_000 * (1 + 0.45 * county.wealth) * (0.4 + 1.4 * chance.random()) * (1 + 0.04 * (year - 2014))
    )
    rent = round(880 * (1 + 0.3 * county.wealth) * (0.5 + chance.random()) * (1 + 0.03 * (year - 2014)))
    rooms: Person = {"BDSP": int(1 + 4 * chance.random()), "KIT": 1 + (chance.random() < 0.02)}
    rooms["PLM"] = 1 + (chance.random() < 0.01)
    if kind < QUARTERS + VACANT:
        return Home(number, year, block, weight, 1, {"NP": 0} | rooms | _vacancy(chance, worth, rent))
    race = people.group_of(chance, neighborhood)
    living = people.household(chance, neighborhood, race, size)
    income = _income(chance, county.wealth, race, living, year)
    owned = chance.random() < 0.38 + 0.3 * (income > 60_000) + 0.1 * county.wealth + 0.1 * (
        race == people.RACES[3]
    )
    answers = {"NP": size, "HINCP": income} | rooms | _internet(chance, income)
    answers |= _owner(chance, worth) if owned else _renter(chance, rent)
    return Home(number, year, block, weight, 1, answers, living)


def _income(chance: Random, wealth: float, race: str, living: list[Person], year: int) -> int:
    """Household income in dollars of the interview, a multiple of ten as in the files."""
    if chance.random() < 0.012:
        return 0 if chance.random() < 0.8 else -10 * int(1 + 400 * chance.random())
    level = 58_000 * (1 + 0.3 * wealth) * (1 + 0.035 * (year - 2014))
    level *= {people.RACES[0]: 0.72, people.RACES[1]: 0.8}.get(race, 1.06)
    working = sum(person["ESR"] in (1, 2, 4) for person in living)
    spread = 0.12 + 1.1 * chance.random() * (0.35 + 0.65 * chance.random()) + 3.2 * _rarely(chance)
    return 10 * round(level * spread * (0.7 + 0.5 * working) / 10)


def _rarely(chance: Random) -> float:
    """A number in [0, 1) that is seldom far from 0. Multiplied out: powers differ between platforms."""
    point = chance.random()
    for _ in range(3):
        point *= point
    return point


def _owner(chance: Random, worth: int) -> Person:
    indebted = chance.random() < 0.62
    cost = 180 + worth * 0.0011 + (worth * 0.0042 * (0.4 + 0.9 * chance.random()) if indebted else 0)
    return {"TEN": 1 if indebted else 2, "VALP": 1_000 * max(1, worth // 1_000), "SMOCP": round(cost)}


def _renter(chance: Random, rent: int) -> Person:
    if chance.random() < 0.05:
        return {"TEN": 4}
    rent = 10 * max(1, rent // 10)
    return {"TEN": 3, "RNTP": rent, "GRNTP": rent + round(40 + 200 * chance.random())}


def _vacancy(chance: Random, worth: int, rent: int) -> Person:
    """VACS: 1 for rent, 2 rented, 3 for sale, 4 sold, 5-7 other; only the first four have a price."""
    reason = (1, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7)[int(12 * chance.random())]
    price: Person = {}
    if reason in (1, 2):
        price = {"RNTP": 10 * max(1, rent // 10)}
    elif reason in (3, 4):
        price = {"VALP": 1_000 * max(1, worth // 1_000)}
    return {"VACS": reason} | price


def _internet(chance: Random, income: int) -> Person:
    likely = 0.72 + 0.22 * (income > 50_000)
    access = 1 if chance.random() < likely else 2 if chance.random() < 0.3 else 3
    answers: Person = {name: 2 - (chance.random() < likely) for name in _DEVICES}
    answers["access"] = access
    if access == 1:
        answers |= dict.fromkeys(_INTERNET, 2)
        answers["BROADBND"] = 2 - (chance.random() < 0.8)
        answers["HISPEED"] = 2 - (chance.random() < 0.78)
        answers["SATELLITE"] = 2 - (chance.random() < 0.06)
    return answers
