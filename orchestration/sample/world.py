"""The invented state: its areas, its people, and how its areas overlap.

Everything that any sample file says about geography or population comes from here. The atom is
the `Block`: some people who live in one county, tract, place, ZIP area and PUMA of each vintage.
All crosswalks are sums over blocks, so that they agree with each other by construction. Survey
records of later issues can be dealt out over `World.blocks` as well: a block knows its PUMA of both
vintages.

What is odd about this state is odd about the real country too: one county has another code from
2020 on (as Valdez-Cordova), one place exists from 2018 only (as South Fulton), one name is not ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from orchestration.sample.draws import Draws

STATE = "99"
STATE_NAME = "Sample State"
STATE_LETTERS = "SS"
YEARS = range(2014, 2024)
OUTSIDE = "99999"
"""The Census Bureau's code for people who live in no place."""

RACES = ("Black, Non-Hispanic", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")
PEOPLE_PER_TRACT = 4200


@dataclass(frozen=True)
class Area:
    """A county or a place: what other modules need to invent numbers for it."""

    geography_type: str
    key: str
    """Identity that survives a change of code; draws are addressed by it."""
    name: str
    people: int
    """Residents in 2014."""
    growth: float
    """Change of the population a year, as a share of 2014."""
    mix: tuple[float, float, float, float]
    """Shares of the groups of `RACES`; they add up to one."""
    wealth: float
    """From -1 (poor) to 1 (rich); moves the metrics together."""

    def population(self, year: int) -> int:
        """Residents in a year."""
        return round(self.people * (1 + self.growth * (year - 2014)))


@dataclass(frozen=True)
class County(Area):
    """A county; its code may change once."""

    code: str = ""
    new_code: str = ""
    new_name: str = ""
    changes: int = 9999
    """First year of the new code."""

    def code_in(self, year: int) -> str:
        """The three-digit code that the frame of this year uses."""
        return self.new_code if year >= self.changes else self.code

    def name_in(self, year: int) -> str:
        """The name that the frame of this year uses."""
        return self.new_name if year >= self.changes else self.name


@dataclass(frozen=True)
class Place(Area):
    """A place of the frame."""

    code: str = ""
    since: int = 2014
    """First year of the frame that lists it."""
    counties: tuple[tuple[str, int], ...] = ()
    """Counties it lies in (their keys), with residents of 2014."""
    namesake: int = 0
    """People of a place with the same five digits in another state (geocorr 2018 mixes them up)."""


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


COUNTIES = (
    County("county", "alder", "Alder County", 612_000, 0.011, (0.27, 0.21, 0.09, 0.43), 0.3, "001"),
    County("county", "birch", "Birch County", 288_000, 0.008, (0.12, 0.31, 0.08, 0.49), 0.1, "003"),
    County("county", "cedar", "Cedar County", 181_000, 0.004, (0.08, 0.10, 0.06, 0.76), 0.7, "005"),
    County("county", "dogwood", "Dogwood County", 141_000, 0.016, (0.05, 0.12, 0.11, 0.72), 0.9, "007"),
    County("county", "elm", "Elm County", 118_000, -0.002, (0.41, 0.06, 0.04, 0.49), -0.7, "009"),
    County("county", "fir", "Fir County", 84_500, 0.001, (0.03, 0.05, 0.05, 0.87), 0.0, "011"),
    County("county", "pena", "Peña Blanca County", 61_200, 0.006, (0.02, 0.63, 0.05, 0.30), -0.5, "013"),
    County("county", "juniper", "Juniper County", 42_300, -0.004, (0.01, 0.04, 0.03, 0.92), -0.2, "015"),
    County("county", "larch", "Larch County", 27_900, -0.006, (0.22, 0.03, 0.02, 0.73), -0.8, "017"),
    County("county", "maple", "Maple County", 14_800, -0.009, (0.00, 0.03, 0.02, 0.95), -0.3, "019"),
    County(
        "county",
        "oak",
        "Old Oak Census Area",
        9_400,
        0.0,
        (0.01, 0.05, 0.34, 0.60),
        -0.4,
        "021",
        "023",
        "New Oak Census Area",
        2020,
    ),
    County("county", "rowan", "Rowan County", 3_900, -0.012, (0.00, 0.02, 0.02, 0.96), -0.6, "025"),
)

PLACES = (
    Place(
        "place",
        "alderton",
        "Alderton city",
        331_000,
        0.010,
        (0.36, 0.24, 0.08, 0.32),
        0.0,
        "01000",
        counties=(("alder", 331_000),),
        namesake=210_000,
    ),
    Place(
        "place",
        "birchfield",
        "Birchfield city",
        97_400,
        0.007,
        (0.15, 0.42, 0.07, 0.36),
        -0.3,
        "12000",
        counties=(("birch", 97_400),),
        namesake=640_000,
    ),
    Place(
        "place",
        "cedarholm",
        "Cedarholm city",
        88_200,
        0.006,
        (0.06, 0.12, 0.09, 0.73),
        0.8,
        "34000",
        counties=(("cedar", 63_000), ("dogwood", 25_200)),
    ),
    Place(
        "place",
        "south",
        "South Alderton city",
        92_600,
        0.012,
        (0.52, 0.14, 0.06, 0.28),
        -0.1,
        "72122",
        since=2018,
        counties=(("alder", 92_600),),
    ),
)

SMALL_PLACES = (("05550", "Peña Blanca town", "pena", 8_400), ("61060", "Rowan village", "rowan", 1_300))
"""Places outside the frame that geocorr lists like any other: code, name, county, residents of 2014."""

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
