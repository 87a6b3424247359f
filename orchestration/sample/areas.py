"""The counties and places of the invented state.

What is odd about this state is odd about the real country too: one county has another code from
2020 on (as Valdez-Cordova), one place exists from 2018 only (as South Fulton), one name is not ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.base.seeds import read

STATE = "99"
STATE_NAME = "Sample State"
STATE_LETTERS = "SS"
YEARS = tuple(int(row["year"]) for row in read("geography_vintages"))
OUTSIDE = "99999"
"""The Census Bureau's code for people who live in no place."""

RACES = ("Black, Non-Hispanic", "Hispanic", "Other Races and Ethnicities", "White, Non-Hispanic")


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
