"""Living wages of the invented state, by county and family type."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from orchestration.sample.areas import STATE, Area
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.mit_living_wage import LAYOUTS
from orchestration.sources.model import SourceFile

ADULTS, CHILDREN = "1 Adult", "2 Children"
LEVELS = {"2019": 27.5, "2022": 36.0, "2023": 41.0}


def hourly(world: World, area: Area, vintage: str) -> float:
    """The hourly wage of one adult with two children."""
    return round(LEVELS[vintage] + 4 * area.wealth + world.draws.wobble(area.key, vintage, "living wage"), 2)


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Twelve rows a county, or one; the files to 2022 have the counties of 2018."""
    columns = {column.name: column for column in LAYOUTS.columns_of(table, file.vintage)}
    for code, area in world.areas("county", 2023 if file.vintage == "2023" else 2018):
        wage = hourly(world, area, file.vintage)
        if table == "wages_of_a_family":
            yield {"state_fips": STATE, "county_fips_short": code, "year": "2023", "hourly_living_wage": wage}
            continue
        for adults, children in product(columns["adults"].row.labels, columns["children"].row.labels):
            is_family = (adults, children) == (ADULTS, CHILDREN)
            yield {
                "year": columns["year"].row.labels[0],
                "state": STATE,
                "county": code,
                "adults": adults,
                "children": children,
                "wage": wage if is_family else round(wage * 0.6, 2),
            }
