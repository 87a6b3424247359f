"""Population estimates of the counties: births, deaths and migration add up to the change.

Files that others saved again look as these copies do: no zeros in front of codes, other line ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_NAME, Area
from orchestration.sample.twin import Style
from orchestration.sample.world import World
from orchestration.sample.writing import Value, readr
from orchestration.sources.census_population_estimates import LAYOUTS
from orchestration.sources.model import SourceFile

SAVED_AGAIN = ("2019", "2022", "2023")


def style(file: SourceFile) -> Style:
    """Line ends of the copies at hand."""
    return Style(line_end="\r\n" if file.vintage in SAVED_AGAIN else "\n")


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row of the state (SUMLEV 040), then the counties (050)."""
    year = int(file.vintage)
    counties = world.areas("county", year)
    yield _row(file, table, "040", "000", STATE_NAME, [area for _, area in counties])
    for code, area in counties:
        yield _row(file, table, "050", code, world.county(area.key).name_in(year), [area])


def _row(
    file: SourceFile, table: str, level: str, code: str, name: str, areas: list[Area]
) -> dict[str, Value]:
    short = file.vintage in SAVED_AGAIN
    fixed: dict[str, Value] = {
        "SUMLEV": str(int(level)) if short else level,
        "REGION": "9",
        "DIVISION": "9",
        "STATE": STATE,
        "COUNTY": str(int(code)) if short else code,
        "STNAME": STATE_NAME,
        "CTYNAME": name,
    }
    return {
        column.name: fixed[column.name] if column.name in fixed else _estimate(column.name, areas)
        for column in LAYOUTS.columns_of(table, file.vintage)
    }


def _estimate(column: str, areas: list[Area]) -> Value:
    """A component of change of one year; births, deaths and migration add up to the change."""
    stem = column.rstrip("0123456789").removesuffix("_")
    digits = column[len(column.rstrip("0123456789")) :]
    year = int(digits) if digits else 2010
    people = sum(area.population(year) for area in areas)
    change = people - sum(area.population(year - 1) for area in areas)
    births, deaths = round(people * 0.0112), round(people * 0.0101)
    abroad = round(people * 0.001)
    parts = {
        "NPOPCHG": change,
        "BIRTHS": births,
        "DEATHS": deaths,
        "NATURALINC": births - deaths,
        "NATURALCHG": births - deaths,
        "INTERNATIONALMIG": abroad,
        "DOMESTICMIG": change - births + deaths - abroad,
        "NETMIG": change - births + deaths,
        "RESIDUAL": 0,
        "GQESTIMATESBASE": round(people * 0.02),
        "GQESTIMATES": round(people * 0.02),
    }
    if stem in parts:
        return parts[stem]
    if stem.startswith("R") and stem[1:] in {"BIRTH", "DEATH", *parts}:
        whole = parts[stem[1:] + ("S" if stem in ("RBIRTH", "RDEATH") else "")]
        return readr(round(1000 * whole / people, 9)) if people else None
    return people
