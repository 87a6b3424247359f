"""Urban Institute: the processed crosswalks, kept to compare ours with.

Ours are computed from the raw exports of the source `geocorr`. The PUMA crosswalks here carry
Urban's flags and the fault of `afact2` in the place file before 2022 (a place code was not joined
with its state); the county-place files are the only form in which the exports for 2020 are at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Code, ControlTotal, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import read_csv
from orchestration.sources.urban_published_2025 import URBAN_REPOSITORY, URBAN_TERMS

VINTAGE = "2025"
_PERIODS = ("2022", "pre-2022")
_FLAGS = ("1", "2", "3")


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    yield file.tables[0], None, read_csv(file, path)


_FACTORS = {"afact": "DOUBLE", "afact2": "DOUBLE", "products": "DOUBLE", "sum_products": "DOUBLE"}

PUMA_TO_COUNTY = Table(
    name="puma_to_county",
    description="One row per PUMA and county with a positive share, of both periods.",
    columns={"statefip": "VARCHAR", "puma": "VARCHAR", "county": "VARCHAR", "population": "DOUBLE"}
    | _FACTORS
    | {"county_pop": "DOUBLE", "geographic_allocation_quality": "SMALLINT", "crosswalk_period": "VARCHAR"},
    key=("crosswalk_period", "statefip", "puma", "county"),
    rows={VINTAGE: RowBounds(least=9_236, most=9_236)},
    codes={"statefip": Code(length=2, holds_state=True), "puma": Code(length=5), "county": Code(length=3)},
    vocabularies={"crosswalk_period": _PERIODS, "geographic_allocation_quality": _FLAGS},
)

PUMA_TO_PLACE = Table(
    name="puma_to_place",
    description="One row per PUMA and place of the frame with a positive share, of both periods.",
    columns={
        "statefip": "VARCHAR",
        "place": "VARCHAR",
        "state_name": "VARCHAR",
        "place_name": "VARCHAR",
        "puma": "VARCHAR",
        "population": "DOUBLE",
    }
    | _FACTORS
    | {"place_pop": "DOUBLE", "geographic_allocation_quality": "SMALLINT", "crosswalk_period": "VARCHAR"},
    key=("crosswalk_period", "statefip", "puma", "place"),
    rows={VINTAGE: RowBounds(least=3_060, most=3_060)},
    codes={"statefip": Code(length=2, holds_state=True), "puma": Code(length=5), "place": Code(length=5)},
    vocabularies={"crosswalk_period": _PERIODS, "geographic_allocation_quality": _FLAGS},
)

COUNTY_PLACE_2020_2021 = Table(
    name="county_place_2020_2021",
    description="One row per county of 2020 and place of 2020 (99999: no place); people of the 2020 census.",
    columns={
        "countyfip": "VARCHAR",
        "county": "VARCHAR",
        "state": "VARCHAR",
        "place": "VARCHAR",
        "stab": "VARCHAR",
        "CountyName": "VARCHAR",
        "PlaceName": "VARCHAR",
        "pop20": "BIGINT",
        "afact2": "DOUBLE",
        "afact": "DOUBLE",
    },
    key=("countyfip", "place"),
    rows={VINTAGE: RowBounds(least=36_179, most=36_179)},
    codes={
        "countyfip": Code(length=5, padded=False, holds_state=True),
        "county": Code(length=3),
        "state": Code(length=2, padded=False, holds_state=True),
        "place": Code(length=5, padded=False),
    },
    control_totals={
        VINTAGE: (
            ControlTotal(column="pop20", expected=334_735_155, evidence="2020 census with Puerto Rico"),
        )
    },
)

COUNTY_PLACE_2022_ONWARDS = Table(
    name="county_place_2022_onwards",
    description="The same for 2022 on: Connecticut by planning region.",
    columns={
        "countyfip": "VARCHAR",
        "state": "VARCHAR",
        "place": "VARCHAR",
        "stab": "VARCHAR",
        "CountyName": "VARCHAR",
        "PlaceName": "VARCHAR",
        "population": "BIGINT",
        "afact2": "DOUBLE",
        "afact": "DOUBLE",
        "population_vintage": "INTEGER",
        "crosswalk_period": "VARCHAR",
    },
    key=("countyfip", "place"),
    rows={VINTAGE: RowBounds(least=36_179, most=36_179)},
    codes={
        "countyfip": Code(length=5, holds_state=True),
        "state": Code(length=2, holds_state=True),
        "place": Code(length=5),
    },
    control_totals={
        VINTAGE: (
            ControlTotal(
                column="population",
                expected=334_736_244,
                evidence="2020 census with Puerto Rico, and 1,089 in Connecticut",
            ),
        )
    },
)


def _file(table: Table, official_name: str) -> SourceFile:
    return SourceFile(
        name=table.name,
        vintage=VINTAGE,
        official_name=official_name,
        tables=(table.name,),
        url=f"{URBAN_REPOSITORY}/raw/HEAD/geographic-crosswalks/data/{official_name}",
        mirror_paths=(f"geographic-crosswalks/data/{official_name}",),
        encoding="utf-8-or-latin-1",
    )


SOURCE = Source(
    name="urban_crosswalks",
    agency="Urban Institute",
    title="Processed crosswalks from PUMA to county and place, and from county to place",
    description="Urban's own crosswalks, to compare with those that are computed here.",
    landing_page=f"{URBAN_REPOSITORY}/tree/HEAD/geographic-crosswalks",
    terms=f"Made from Geocorr (Missouri Census Data Center). {URBAN_TERMS}",
    citation="Urban Institute, geographic crosswalks of the Upward Mobility Framework, version 2025.",
    access="download",
    tables=(PUMA_TO_COUNTY, PUMA_TO_PLACE, COUNTY_PLACE_2020_2021, COUNTY_PLACE_2022_ONWARDS),
    files=(
        _file(PUMA_TO_COUNTY, "crosswalk_puma_to_county.csv"),
        _file(PUMA_TO_PLACE, "crosswalk_puma_to_place.csv"),
        _file(COUNTY_PLACE_2020_2021, "geocorr2022_county_place_2020_2021.csv"),
        _file(COUNTY_PLACE_2022_ONWARDS, "geocorr2022_county_place_2022_onwards.csv"),
    ),
    complete="All four files; the rows of Connecticut 2022 and of county to place 2020 are taken from them.",
    parse=parse,
)
