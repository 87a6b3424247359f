"""HUD's workbooks of income limits for the invented state, with each year's names of columns.

One county is cut into two towns with limits of their own, as the counties of New England are. Codes of
areas are numbers in one year, as in workbooks whose column was not kept as text.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

WHOLE_COUNTY = "99999"
TOWNS = {"maple": (("01220", "North Maple town", 0.97), ("04720", "South Maple town", 1.05))}
"""Of a county that HUD lists by towns: code of the county subdivision, name, factor of the limits."""
AS_NUMBERS = (2019,)
# HUD's own factors by family size against four persons.
_BY_SIZE = (0.7, 0.8, 0.9, 1.0, 1.08, 1.16, 1.24, 1.32)


def limits(world: World, key: str, year: int, factor: float = 1.0) -> tuple[int, int, int, int]:
    """Median family income and the limits for four persons (30, 50, 80), rounded to 50 dollars."""
    county = world.county(key)
    median = 68_000 * (1 + 0.3 * county.wealth) * (1 + 0.032 * (year - 2014)) * factor
    low = 50 * round(median * 0.8 / 50)
    very_low = 50 * round(median * 0.5 / 50)
    # By law never below the poverty guideline, nor above the very low limit.
    extremely_low = min(very_low, max(50 * round(median * 0.3 / 50), 23_850 + 700 * (year - 2014)))
    return 100 * round(median / 100), extremely_low, very_low, low


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """The workbook of a fiscal year: a row a county, or a row each of its towns."""
    year = int(file.vintage)
    for code, area in world.areas("county", year):
        name = world.county(area.key).name_in(year)
        for subdivision, town, factor in TOWNS.get(area.key, ((WHOLE_COUNTY, name, 1.0),)):
            yield _row(world, area.key, year, code, subdivision, name, town, factor)


def _row(
    world: World, key: str, year: int, code: str, subdivision: str, name: str, town: str, factor: float
) -> dict[str, Value]:
    median, extremely_low, very_low, low = limits(world, key, year, factor)
    fips = STATE + code + subdivision
    area: Value = int(fips) if year in AS_NUMBERS else fips
    levels: dict[str, Value] = {
        f"{level}_{size}": 50 * round(limit * part / 50)
        for level, limit in (("l50", very_low), ("ELI", extremely_low), ("l80", low))
        for size, part in enumerate(_BY_SIZE, start=1)
    }
    return levels | {
        "fips2010": area,
        "fips": area,
        "state": int(STATE),
        "county": int(code),
        "State_Alpha": STATE_LETTERS,
        "County_Name": name,
        "county_town_name": town,
        "Metro_Area_Name": f"{name}, {STATE_NAME}",
        "CBSASub": f"NCNTY{STATE}{code}N{STATE}{code}",
        "median": median,
    }
