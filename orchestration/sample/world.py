"""The invented state as a whole: its people, and how its areas overlap.

Everything that any sample file says about geography or population comes from here. The atom is
the `Block`: some people who live in one county, tract, place, ZIP area and PUMA of each vintage.
All crosswalks are sums over blocks, so that they agree with each other by construction. Survey
records of later issues can be dealt out over `World.blocks` as well: a block knows its PUMA of both
vintages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from orchestration.sample.areas import COUNTIES, OUTSIDE, PLACES, SMALL_PLACES, Area, County, Place
from orchestration.sample.draws import Draws

PEOPLE_PER_TRACT = 4200


@dataclass(frozen=True)
class Block:
    """Some residents with every code that applies to them."""

    county: str
    tract: str
    place: str
    puma_2010: str
    puma_2020: str
    zcta: str
    people: int


# Codes of the PUMAs and what they take in, in the order of the counties' tracts.
PUMA_PLAN = {
    "2010": (
        ("00101", (("alder", 125_000),)),
        ("00102", (("alder", 125_000),)),
        ("00103", (("alder", 122_000),)),
        ("00104", (("alder", 120_000),)),
        ("00105", (("alder", 0),)),
        ("00201", (("birch", 140_000),)),
        ("00202", (("birch", 0),)),
        ("00300", (("cedar", 148_000),)),
        ("00400", (("cedar", 0), ("dogwood", 0))),
        ("00500", (("elm", 0), ("fir", 0))),
        ("00600", (("pena", 0), ("juniper", 0), ("larch", 0), ("maple", 0), ("oak", 0), ("rowan", 0))),
    ),
    "2020": (
        ("00111", (("alder", 110_000),)),
        ("00112", (("alder", 110_000),)),
        ("00113", (("alder", 112_000),)),
        ("00114", (("alder", 93_000),)),
        ("00115", (("alder", 0),)),
        ("00201", (("birch", 101_000),)),
        ("00203", (("birch", 0),)),
        ("00300", (("cedar", 0),)),
        ("00400", (("dogwood", 0),)),
        ("00500", (("elm", 0),)),
        (
            "00600",
            (("fir", 0), ("pena", 0), ("juniper", 0), ("larch", 0), ("maple", 0), ("oak", 0), ("rowan", 0)),
        ),
    ),
}
"""Per vintage: PUMA, then the counties it takes people from and how many (0: all that are left)."""


@dataclass(frozen=True, eq=False)
class World:
    """The state and the draws that everything in it comes from."""

    draws: Draws
    counties: tuple[County, ...] = COUNTIES
    places: tuple[Place, ...] = PLACES
    blocks: tuple[Block, ...] = field(default=())

    def county(self, key: str) -> County:
        """The county of this key."""
        return next(county for county in self.counties if county.key == key)

    def areas(self, geography_type: str, year: int) -> list[tuple[str, Area]]:
        """The frame of a year: code and area, in the order of the codes."""
        if geography_type == "county":
            return sorted(
                ((county.code_in(year), county) for county in self.counties), key=lambda row: row[0]
            )
        return [(place.code, place) for place in self.places if year >= place.since]

    @cached_property
    def people(self) -> int:
        """Residents of the state in 2014."""
        return sum(county.people for county in self.counties)

    def crosswalk(self, source: str, target: str) -> dict[tuple[str, str], int]:
        """People of every overlap of two kinds of areas (names of `Block` fields)."""
        overlap: dict[tuple[str, str], int] = {}
        for block in self.blocks:
            pair = (getattr(block, source), getattr(block, target))
            overlap[pair] = overlap.get(pair, 0) + block.people
        return dict(sorted(overlap.items()))


def build_world(seed: int) -> World:
    """The state of a seed: the areas are fixed, the blocks and all later numbers follow the seed."""
    draws = Draws(seed)
    blocks: list[Block] = []
    for county in COUNTIES:
        blocks += _blocks_of(county, draws)
    return World(draws=draws, blocks=tuple(blocks))


def _blocks_of(county: County, draws: Draws) -> list[Block]:
    """Cut a county into tracts of about equal size and deal codes to them in order."""
    count = max(2, round(county.people / PEOPLE_PER_TRACT))
    weights = [1 + 0.4 * draws.wobble("tract", county.key, number) for number in range(count)]
    sizes = [round(county.people * weight / sum(weights)) for weight in weights]
    sizes[-1] += county.people - sum(sizes)
    queues = {
        "place": _queue_of_places(county),
        "puma_2010": _queue_of_pumas(county, "2010"),
        "puma_2020": _queue_of_pumas(county, "2020"),
        "zcta": _queue_of_zctas(county),
    }
    blocks: list[Block] = []
    for number, size in enumerate(sizes, start=1):
        tract = f"{number:04d}{(number % 3) * 5:02d}"
        left = size
        while left:
            step = min([left, *(queue[0][1] for queue in queues.values())])
            codes = {name: queue[0][0] for name, queue in queues.items()}
            blocks.append(Block(county.key, tract, people=step, **codes))
            left -= step
            for queue in queues.values():
                _take(queue, step)
    return blocks


def _take(queue: list[tuple[str, int]], people: int) -> None:
    code, rest = queue[0]
    if rest == people and len(queue) > 1:
        queue.pop(0)
    else:
        queue[0] = (code, rest - people)


def _queue_of_places(county: County) -> list[tuple[str, int]]:
    here = [(place.code, people) for place in PLACES for key, people in place.counties if key == county.key]
    here += [(code, people) for code, _, key, people in SMALL_PLACES if key == county.key]
    return [*here, (OUTSIDE, county.people - sum(people for _, people in here))]


def _queue_of_pumas(county: County, vintage: str) -> list[tuple[str, int]]:
    queue: list[tuple[str, int]] = []
    left = county.people
    for puma, parts in PUMA_PLAN[vintage]:
        for key, people in parts:
            if key == county.key:
                queue.append((puma, people or left))
                left -= people or left
    return queue


def _queue_of_zctas(county: County) -> list[tuple[str, int]]:
    """ZIP areas of about 20,000 people; their codes are of no real ZIP code (00001, 00002, ...)."""
    first = 1 + sum(_zctas(other) for other in COUNTIES[: COUNTIES.index(county)])
    count = _zctas(county)
    size = county.people // count
    queue = [(f"{first + number:05d}", size) for number in range(count)]
    queue[-1] = (queue[-1][0], county.people - size * (count - 1))
    return queue


def _zctas(county: County) -> int:
    return max(1, round(county.people / 20_000))
