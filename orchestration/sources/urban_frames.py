"""Urban Institute: the population files that say which counties and places exist in which year.

Taken as they are: leading blanks in the county names of 2014, names in two encodings, one name
that was not split (35013 in 2014). The repairs are made in staging, where they can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Code, ControlTotal, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading import read_csv
from orchestration.sources.urban_published_2025 import URBAN_REPOSITORY, URBAN_TERMS

VINTAGE = "2025"
_EVIDENCE = "sum of the file as published"
_COUNTY_TOTALS = {
    2014: 318_857_056,
    2015: 321_418_820,
    2016: 323_127_513,
    2017: 325_719_178,
    2018: 327_167_434,
    2019: 328_239_523,
    2020: 331_449_281,
    2021: 331_893_745,
    2022: 333_287_557,
    2023: 334_914_895,
}
_PLACE_TOTALS = {
    2014: 106_052_913,
    2015: 107_273_544,
    2016: 107_965_369,
    2017: 108_996_346,
    2018: 109_526_835,
    2019: 109_845_590,
    2020: 110_523_061,
    2021: 110_288_511,
    2022: 110_405_944,
    2023: 110_681_637,
}


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    yield file.tables[0], None, read_csv(file, path)


def _table(name: str, area: str, length: int, rows: int, totals: dict[int, int]) -> Table:
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
                ControlTotal(column="population", where=f"year = {year}", expected=total, evidence=_EVIDENCE)
                for year, total in totals.items()
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
    title="County and place frames 2014-2023",
    description=(
        "Every county of each year (3,142 in 2014-2019, 3,143 in 2020-2021, 3,144 from 2022) and 486 places, "
        "with the population of that year's vintage of the Census Bureau's estimates."
    ),
    landing_page=f"{URBAN_REPOSITORY}/tree/HEAD/geographic-crosswalks",
    terms=f"The counts are the Census Bureau's, public domain. {URBAN_TERMS}",
    citation="Urban Institute, geographic crosswalks of the Upward Mobility Framework, version 2025.",
    access="download",
    tables=(
        _table("county_populations", "county", 3, 31_426, _COUNTY_TOTALS),
        _table("place_populations", "place", 5, 4_856, _PLACE_TOTALS),
    ),
    files=(
        _file("county_populations", "county-populations.csv"),
        _file("place_populations", "place-populations.csv"),
    ),
    complete="Both files; the sums per year equal the Census Bureau's national totals.",
    schedule_month=3,
    parse=parse,
)
