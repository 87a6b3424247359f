"""CT Data Collaborative: Connecticut's tracts and towns under the old counties and the planning regions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Code, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import read_csv

VINTAGE = "2022"


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV with a byte order mark."""
    yield file.tables[0], None, read_csv(file, path)


TRACTS = Table(
    name="tracts",
    description="One row per tract of 2020, with its code before and after the change of 2022.",
    columns=dict.fromkeys(
        (
            "tract_fips_2020",
            "Tract_fips_2022",
            "tract_name",
            "town_name",
            "town_fips_2020",
            "town_fips_2022",
            "county_name",
            "county_fips_2020",
            "ce_name_2022",
            "ce_fips_2022",
            "school_district_code",
            "school_district_name",
            "zip5_zcta2020",
            "PUMA2020code",
            "PUMA2020name",
        ),
        "VARCHAR",
    ),
    key=("tract_fips_2020",),
    rows={VINTAGE: RowBounds(least=879, most=879)},
    codes={
        "tract_fips_2020": Code(length=11, holds_state=True),
        "Tract_fips_2022": Code(length=11, holds_state=True),
        "town_fips_2020": Code(length=10, holds_state=True),
        "town_fips_2022": Code(length=10, holds_state=True),
        "county_fips_2020": Code(length=5, holds_state=True),
        "ce_fips_2022": Code(length=5, holds_state=True),
        "zip5_zcta2020": Code(length=5),
        "PUMA2020code": Code(length=5),
    },
)

SOURCE = Source(
    name="connecticut_crosswalk",
    agency="CT Data Collaborative",
    title="2022 tract crosswalk of Connecticut",
    description="Tracts to towns, to the eight old counties and to the nine planning regions.",
    landing_page="https://github.com/CT-Data-Collaborative/2022-tract-crosswalk",
    terms="Public repository without a licence text; attribution to the CT Data Collaborative.",
    citation="CT Data Collaborative (2022). 2022 Tract Crosswalk.",
    access="download",
    tables=(TRACTS,),
    files=(
        SourceFile(
            name="tracts",
            vintage=VINTAGE,
            official_name="2022tractcrosswalk.csv",
            tables=("tracts",),
            url="https://github.com/CT-Data-Collaborative/2022-tract-crosswalk/raw/HEAD/2022tractcrosswalk.csv",
            mirror_paths=("ct_crosswalk/2022tractcrosswalk.csv",),
        ),
    ),
    complete="All 879 tracts with people.",
    parse=parse,
)
