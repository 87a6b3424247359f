"""The directory of the invented school districts: those of the homeless students, in the same years."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample.areas import STATE
from orchestration.sample.values.edfacts_homeless import districts
from orchestration.sample.world import World
from orchestration.sample.writing import Value
from orchestration.sources.model import SourceFile


def rows(world: World, file: SourceFile, table: str) -> Iterator[dict[str, Value]]:
    """A row a district; both tables in one shape, each takes its columns."""
    year = int(file.vintage)
    for district in districts(world, year):
        yield {
            "leaid": district.leaid,
            "year": year,
            "enrollment": district.students,
            "state": STATE,
            "county": district.county,
            "city_location": district.city,
        }
