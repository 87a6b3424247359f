"""Citizens of voting age of the invented counties, 13 lines each."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_NAME
from orchestration.sample.results.cells import Cell
from orchestration.sample.results.neighborhoods import citizens
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile

_GROUPS = 13


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """The tabulation whose last year is the year of the election."""
    year = int(file.vintage[-4:])
    for code, area in world.areas("county", year):
        number, margin = citizens(Cell(world, area, year))
        for line in range(1, _GROUPS + 1):
            part = number if line == 1 else 5 * (number // 100)
            yield {
                "geoname": f"{area.name}, {STATE_NAME}",
                "lntitle": "Total" if line == 1 else f"Group {line}",
                "geoid": f"05000US{STATE}{code}",
                "lnnumber": line,
                "tot_est": part * 2,
                "adu_est": part + 50,
                "cit_est": part + 40,
                "cvap_est": part,
                "cvap_moe": margin,
            }
