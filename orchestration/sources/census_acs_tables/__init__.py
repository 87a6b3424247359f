"""Census Bureau: tables of the American Community Survey (ACS, five years), by county, place and tract.

Detailed tables (B), data profiles (DP) and subject tables (S). Which are read stands in `tables.csv`, which
lines in `layouts.csv`; `requests` makes files and addresses of them, `forms` reads every form in which the
Census Bureau gives them, `tracts` knows which tracts a vintage has. Cells that hold no number
(`*****`, `-555555555`, `(X)`, `N`, `null`, ...) are none; a margin of a controlled estimate is kept as its
sign, because it means 0 (macro acs_margin).
"""

from __future__ import annotations

from orchestration.sources.census_acs_tables.forms import parse
from orchestration.sources.census_acs_tables.requests import ASKED, LAYOUTS, SOURCE_NAME, files
from orchestration.sources.model import NotAtHand, Source

_LEVELS = {"county": "One row per county.", "place": "One row per place.", "tract": "One row per tract."}

SOURCE = Source(
    name=SOURCE_NAME,
    agency="US Census Bureau",
    title="American Community Survey, tables of five years",
    description="Residents by race and ethnicity, people in poverty, households with broadband: estimates "
    "and margins of error by county, place and tract.",
    landing_page="https://data.census.gov/",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau. American Community Survey 5-Year Estimates.",
    access="api",
    tables=tuple(
        LAYOUTS.table(
            asked.table,
            f"{', '.join(asked.census_tables)}: estimates (E), margins of error (M). {_LEVELS[asked.level]}",
            partitioned=asked.by_state,
        )
        for asked in ASKED.values()
    ),
    files=tuple(files()),
    complete="The table of all counties or places, or the tracts of every state.",
    schedule_month=12,
    not_at_hand=(
        *(
            NotAtHand(name=name, reason="FactFinder was closed in 2020; it comes by a mirror")
            for name in ("dp05_place", "dp05_tract_ny")
        ),
        NotAtHand(name="tracts", reason="public copies are of single states or counties"),
        *(
            NotAtHand(name=name, reason="no public copy was found")
            for name in ("b03002_county", "b03002_place", "b28003_place")
        ),
    ),
    layouts=LAYOUTS,
    parse=parse,
)
