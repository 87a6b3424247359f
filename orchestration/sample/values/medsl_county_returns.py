"""Votes of the invented counties: as many as Urban's result files of the sample divide by the citizens."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE, STATE_LETTERS, STATE_NAME, County
from orchestration.sample.results.cells import Cell
from orchestration.sample.results.neighborhoods import voters
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """Two candidates a county, in the modes of the year; a county without votes is left out."""
    year = int(file.vintage)
    for code, area in world.areas("county", year):
        found = voters(Cell(world, area, year))
        if found is None:
            continue
        first = found[0] // 2
        modes = ("TOTAL",) if year == 2016 else ("ELECTION DAY", "MAIL")
        for candidate, party, votes in (("Doe", "democrat", first), ("Roe", "republican", found[0] - first)):
            for mode in modes:
                part = votes // len(modes) + (votes % len(modes) if mode == modes[0] else 0)
                name = area.name_in(year) if isinstance(area, County) else area.name
                yield {
                    "year": year,
                    "state": STATE_NAME,
                    "state_po": STATE_LETTERS,
                    "county_name": name.removesuffix(" County"),
                    "county_fips": int(STATE + code),
                    "office": "President" if year == 2016 else "US PRESIDENT",
                    "candidate": candidate,
                    "party": party,
                    "candidatevotes": part,
                    "totalvotes": found[0],
                    "version": "20220315",
                    "mode": mode,
                }
