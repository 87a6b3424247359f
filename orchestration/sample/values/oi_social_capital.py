"""Social Capital Atlas: the county and ZIP files, and how ZIP areas overlap places.

Numbers have no leading zeros, the county file has 26 columns, the ZIP file 23, both have counties or
ZIP areas without a value. The county of the old code is still in the file, as in the real one.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import OUTSIDE, STATE, STATE_NAME, County
from orchestration.sample.results.cells import Z
from orchestration.sample.twin import Style
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile
from orchestration.sources.oi_social_capital import LAYOUTS

YEAR_OF_CODES = 2018


def connectedness(world: World, county: County) -> tuple[float, float] | None:
    """`ec_county` and its standard error; the smallest county has none."""
    if county.people < 5_000:
        return None
    value = 0.82 + 0.22 * county.wealth + 0.05 * world.draws.wobble(county.key, "ec")
    return round(value, 5), round(0.006 + 0.9 / county.people**0.5 * 0.5, 7)


def zip_connectedness(world: World, zcta: str, county: County) -> float | None:
    """`ec_zip`; about one in six ZIP areas has none."""
    if world.draws.chance(1 / 6, "ec_zip", zcta):
        return None
    return round(0.82 + 0.22 * county.wealth + 0.15 * world.draws.wobble(zcta, "ec_zip"), 5)


def published_county(world: World, county: County) -> tuple[float, float, float] | None:
    """Share, lower and upper bound as Urban's program computes them."""
    found = connectedness(world, county)
    if found is None:
        return None
    value, error = 0.5 * found[0], 0.5 * found[1]
    return value, value - Z * error, value + Z * error


def style(file: SourceFile) -> Style:
    """Lines as on Windows."""
    return Style(line_end="\r\n")


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row for each county, or each ZIP area of a county."""
    first = _counties(world) if table == "county" else _zips(world)
    for key, known, absent in first:
        others: dict[str, Value] = {
            column.name: _other(world, key, column.name, absent)
            for column in LAYOUTS.columns_of(table, file.vintage)
            if column.name not in known
        }
        yield known | others


def _counties(world: World) -> Iterator[tuple[str, dict[str, Value], bool]]:
    for code, area in world.areas("county", YEAR_OF_CODES):
        county = world.county(area.key)
        found = connectedness(world, county)
        population = county.population(YEAR_OF_CODES)
        known: dict[str, Value] = {
            "county": int(STATE + code),
            "county_name": f"{county.name.removesuffix(' County')}, {STATE_NAME}",
            "num_below_p50": round(population * 0.4 / 3, 4),
            "pop2018": population,
            "ec_county": found[0] if found else None,
            "ec_se_county": found[1] if found else None,
        }
        yield area.key, known, found is None


def _zips(world: World) -> Iterator[tuple[str, dict[str, Value], bool]]:
    for (zcta, key), people in world.crosswalk("zcta", "county").items():
        county = world.county(key)
        value = zip_connectedness(world, zcta, county)
        known: dict[str, Value] = {
            "zip": int(zcta),
            "county": int(STATE + county.code_in(YEAR_OF_CODES)),
            "num_below_p50": round(people * 0.4 / 3, 4),
            "pop2018": people,
            "ec_zip": value,
            "ec_se_zip": None if value is None else round(0.02 + 0.01 * world.draws.uniform(zcta, "se"), 7),
        }
        yield zcta, known, value is None


def _other(world: World, key: str, column: str, absent: bool) -> float | None:
    if absent and not column.startswith(("support", "clustering")):
        return None
    low, high = (-0.3, 0.1) if "bias" in column else (0.01, 0.2) if "se" in column else (0.02, 1.4)
    return round(world.draws.between(low, high, key, column), 5)


def overlaps(world: World) -> Iterator[tuple[str, str, float]]:
    """ZIP area, place and the share of the ZIP area's land in the place.

    People stand in for land, and two ZIP areas in three have some empty land outside every place.
    """
    total: dict[str, int] = {}
    pairs = world.crosswalk("zcta", "place")
    for (zcta, _), people in pairs.items():
        total[zcta] = total.get(zcta, 0) + people
    for (zcta, place), people in pairs.items():
        if place != OUTSIDE:
            empty = world.draws.chance(2 / 3, "empty land", zcta)
            settled = world.draws.between(0.5, 0.95, "settled land", zcta) if empty else 1.0
            yield zcta, place, people / total[zcta] * settled


def published_place(world: World, code: str) -> tuple[float, int | None] | None:
    """Share and flag of a place: mean of its ZIP areas weighted by land, flag by those wholly inside.

    A share of ZIP areas inside of exactly 0.15 gets no flag, as in Urban's program.
    """
    counties = {zcta: world.county(key) for zcta, key in world.crosswalk("zcta", "county")}
    parts = []
    for zcta, place, part in overlaps(world):
        value = zip_connectedness(world, zcta, counties[zcta])
        if place == code and value is not None:
            parts.append((value, part))
    if not parts:
        return None
    mean = sum(value * part for value, part in parts) / sum(part for _, part in parts)
    inside = sum(1 for _, part in parts if part == 1) / len(parts)
    flag = 1 if inside >= 0.5 else 2 if inside > 0.15 else 3 if inside < 0.15 else None
    return 0.5 * mean, flag
