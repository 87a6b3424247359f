"""Urban Institute: the population files that say which counties and places exist in which year.

Taken as they are: leading blanks in the county names of 2014, names in two encodings, one name
that was not split (35013 in 2014). The repairs are made in staging, where they can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.seeds import read
from orchestration.sources.model import Code, ControlTotal, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading import by_layout, layout
from orchestration.sources.urban_published_2025 import URBAN_REPOSITORY, URBAN_TERMS

VINTAGE = "2025"
_EVIDENCE = "sum of the file as published"


_CONTROLS = read("geography_control_totals")
_YEARS = sorted({row["year"] for row in _CONTROLS})


def _of(area: str) -> list[dict[str, str]]:
    """The control totals of one kind of area, by year."""
    return sorted((row for row in _CONTROLS if row["geography_type"] == area), key=lambda row: row["year"])


def _sizes(area: str) -> str:
    """How many areas since when: "3,142 from 2014, 3,143 from 2020"."""
    since = {row["geographies"]: row["year"] for row in reversed(_of(area))}
    return ", ".join(f"{int(size):,} from {year}" for size, year in reversed(since.items()))


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    (name,) = file.tables
    yield name, None, by_layout.read(file, path, layout.of_record(file, SOURCE.table(name)))


def _table(name: str, area: str, length: int) -> Table:
    years = _of(area)
    rows = sum(int(row["geographies"]) for row in years)
    return Table(
        name=name,
        description=f"One row per {area} and year; population, unit: people.",
        columns={
            "year": "INTEGER",
            "state": "VARCHAR",
            area: "VARCHAR",
            "state_name": "VARCHAR",
            f"{area}_name": "VARCHAR",
            "population": "BIGINT",
        },
        key=("year", "state", area),
        required=("state_name", "population"),
        codes={"state": Code(length=2, holds_state=True), area: Code(length=length)},
        rows={VINTAGE: RowBounds(least=rows, most=rows)},
        ranges={"population": (0, 20_000_000)},
        control_totals={
            VINTAGE: tuple(
                ControlTotal(
                    column="population",
                    where=f"year = {row['year']}",
                    expected=int(row["population"]),
                    evidence=_EVIDENCE,
                )
                for row in years
            )
        },
    )


def _file(table: str, official_name: str) -> SourceFile:
    return SourceFile(
        name=table,
        vintage=VINTAGE,
        official_name=official_name,
        tables=(table,),
        url=f"{URBAN_REPOSITORY}/raw/HEAD/geographic-crosswalks/data/{official_name}",
        mirror_paths=(f"geographic-crosswalks/data/{official_name}",),
        encoding="utf-8-or-latin-1",
        required=True,
    )


SOURCE = Source(
    name="urban_frames",
    agency="Urban Institute",
    title=f"County and place frames {_YEARS[0]}-{_YEARS[-1]}",
    description=(
        f"Every county of each year ({_sizes('county')}) and the places ({_sizes('place')}), "
        "with the population of that year's vintage of the Census Bureau's estimates."
    ),
    landing_page=f"{URBAN_REPOSITORY}/tree/HEAD/geographic-crosswalks",
    terms=f"The counts are the Census Bureau's, public domain. {URBAN_TERMS}",
    citation="Urban Institute, geographic crosswalks of the Upward Mobility Framework, version 2025.",
    access="download",
    tables=(
        _table("county_populations", "county", 3),
        _table("place_populations", "place", 5),
    ),
    files=(
        _file("county_populations", "county-populations.csv"),
        _file("place_populations", "place-populations.csv"),
    ),
    complete="Both files; the sums per year equal the Census Bureau's national totals.",
    schedule_month=3,
    parse=parse,
)
