"""Urban's population files, with the faults of the real ones.

A blank before the county names of 2014, one name that was not split from the state's in that year, and the
same name in Latin-1 in some years and UTF-8 in others.
"""

from __future__ import annotations

from orchestration.sample.areas import STATE, STATE_NAME, YEARS, County
from orchestration.sample.world import World
from orchestration.sources.model import SourceFile

LATIN_YEARS = (2014, 2021, 2023)


def content(world: World, file: SourceFile) -> bytes:
    """The frame of counties or places."""
    geography_type = file.tables[0].removesuffix("_populations")
    first = f"year,state,{geography_type},state_name,{geography_type}_name,population\n"
    lines = [first.encode("ascii")]
    for year in YEARS:
        for code, area in world.areas(geography_type, year):
            name = area.name_in(year) if isinstance(area, County) else area.name
            cells = [str(year), STATE, code, *_names(geography_type, year, name), str(area.population(year))]
            latin = geography_type == "county" and year in LATIN_YEARS
            lines.append((",".join(cells) + "\n").encode("latin-1" if latin else "utf-8"))
    return b"".join(lines)


def _names(geography_type: str, year: int, name: str) -> tuple[str, str]:
    if geography_type == "county" and year == 2014:
        return (STATE_NAME, f" {name}") if name.isascii() else (f'"{STATE_NAME}, {name}"', "NA")
    return STATE_NAME, name
