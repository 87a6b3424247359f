"""Urban Institute: the processed crosswalks, kept to compare ours with.

Ours are computed from the raw exports of the source `geocorr`. The PUMA crosswalks here carry
Urban's flags and the fault of `afact2` in the place file before 2022 (a place code was not joined
with its state); the county-place files are the only form in which the exports for 2020 are at hand.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts
from orchestration.sources.urban_published_2025 import URBAN_REPOSITORY, URBAN_TERMS

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="urban_crosswalks",
    agency="Urban Institute",
    title="Processed crosswalks from PUMA to county and place, and from county to place",
    description="Urban's own crosswalks, to compare with those that are computed here.",
    landing_page=f"{URBAN_REPOSITORY}/tree/HEAD/geographic-crosswalks",
    terms=f"Made from Geocorr (Missouri Census Data Center). {URBAN_TERMS}",
    citation="Urban Institute, geographic crosswalks of the Upward Mobility Framework, version 2025.",
    access="download",
    tables=LAYOUTS.tables(
        puma_to_county="One row per PUMA and county with a positive share, of both periods.",
        puma_to_place="One row per PUMA and place of the frame with a positive share, of both periods.",
        county_place_2020_2021="One row per county of 2020 and place of 2020 (99999: no place); "
        "people of the 2020 census.",
        county_place_2022_onwards="The same for 2022 on: Connecticut by planning region.",
    ),
    files=LAYOUTS.source_files(),
    complete="All four files; the rows of Connecticut 2022 and of county to place 2020 are taken from them.",
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
