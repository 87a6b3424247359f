"""Debt in collections: the shares, and the agency's workbooks that hold them.

The published result files repeat the numbers of the workbooks without any computation, so both are made
from `share` here.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME, Area, Place
from orchestration.sample.results.cells import Cell, neighborhoods
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

GROUPS = ("All", "Neighborhoods of color", "White neighborhoods")
SHARES = ("share_all", "share_communities_of_color", "share_white_communities")
SMALL_SAMPLE, NO_SUCH_GROUP = "n/a*", "n/a**"
LEVELS = {2018: 0.33, 2021: 0.33, 2022: 0.28, 2023: 0.24}
SPRINGS = Place(
    "place",
    "springs",
    "Sample Springs CDP",
    43_000,
    0.0,
    (0.03, 0.04, 0.03, 0.90),
    0.2,
    "54321",
)
"""A city of the dashboard that is in no frame (as the census-designated places of the real file)."""
IN_DASHBOARD = ("alderton", "cedarholm")


def share(world: World, area: Area, year: int, group: str, *, medical: bool = False) -> float | str:
    """A share with seven decimals, or the code that says why there is none."""
    part = 1.0 if group == "All" else neighborhoods(area)[group]
    if part < 0.05:
        return NO_SUCH_GROUP
    if area.people * part < 5_000:
        return SMALL_SAMPLE
    cell = Cell(world, area, year, group, GROUPS[1:])
    level = LEVELS[year] - 0.08 * area.wealth + 0.02 * cell.wobble("debt")
    return round(cell.shifted(level, -0.1) * (0.27 if medical else 1.0), 7)


def number(world: World, area: Area, year: int, group: str, *, medical: bool = False) -> float | None:
    """The share, or None where the source has a code."""
    found = share(world, area, year, group, medical=medical)
    return found if isinstance(found, float) else None


def records_of_2018(area: Area) -> int:
    """Records of the credit bureau in a county: 2 % of the adults."""
    return round(area.people * 0.77 * 0.02)


def county_rows(
    world: World, year: int, *, medical: bool = False
) -> list[tuple[str, str, list[float | str]]]:
    """Code, name and the three shares of each county; 2022 still has the old code of 2019."""
    codes = 2019 if year == 2022 else year
    rows = []
    for code, area in world.areas("county", codes):
        name = world.county(area.key).name_in(codes)
        rows.append(
            (STATE + code, name, [share(world, area, year, group, medical=medical) for group in GROUPS])
        )
    return rows


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Rows of a workbook: a county or a city each."""
    if table == "place_derogatory_debt":
        for place in dashboard(world):
            yield {
                "city": label(place),
                "metro": label(place).split(",")[0],
                "state": STATE_LETTERS,
                **dict(zip(SHARES, city_shares(world, place), strict=True)),
            }
        return
    medical = table == "county_medical_debt_in_collections"
    for code, name, shares in county_rows(world, int(file.vintage), medical=medical):
        yield {
            "CountyFIPS": code,
            "CountyName": name,
            "StateName": STATE_NAME,
            **dict(zip(SHARES, shares, strict=True)),
        }


def label(place: Place) -> str:
    """The name that the dashboard has for a place."""
    return f"{place.name.removesuffix(' city').removesuffix(' CDP')}, {STATE_LETTERS}"


def dashboard(world: World) -> list[Place]:
    """The places of the city dashboard: half the frame and one outside it, by name."""
    listed = [place for place in world.places if place.key in IN_DASHBOARD]
    return sorted([*listed, SPRINGS], key=label)


def city_shares(world: World, place: Place) -> list[float | str]:
    """The three shares of a city, five decimals."""
    shares = [share(world, place, 2021, group) for group in GROUPS]
    return [round(found, 5) if isinstance(found, float) else found for found in shares]
