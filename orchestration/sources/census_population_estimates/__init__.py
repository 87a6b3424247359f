"""Census Bureau: population estimates of counties, `co-est<vintage>-alldata.csv`.

A vintage revises all years since the last census, so each is kept. Columns carry the year in their
names; vintages to 2020, which belong to the decade of 2010, spell two measures differently. The copies of
2019, 2022 and 2023 at hand were saved again by others and lost the zeros in front of codes, so codes may
be short; the agency's files are Latin-1, some copies UTF-8.

The next vintage is a row in `files.csv` and one in `totals.csv`.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="census_population_estimates",
    agency="US Census Bureau",
    title="County population totals and components of change",
    description="Population estimates of 1 July of every county, with births, deaths and migration.",
    landing_page="https://www.census.gov/programs-surveys/popest/data/data-sets.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau, Population Division. County population totals and components of change.",
    access="download",
    tables=LAYOUTS.tables(
        counties="One row per state (SUMLEV 040) and county (050); people, and rates per 1,000."
    ),
    files=LAYOUTS.source_files(),
    complete="Each year from the file of the same vintage.",
    schedule_month=3,
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
