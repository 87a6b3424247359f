"""Census Bureau: County Business Patterns, establishments by county and industry of six digits.

From reference year 2017 on an industry with fewer than three establishments in a county is left out. The
national file says how many that are: in 2022 the ten industries of the metric have 303,009 establishments.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="cbp",
    agency="US Census Bureau",
    title="County Business Patterns",
    description="Establishments by industry, of each county and of the nation.",
    landing_page="https://www.census.gov/programs-surveys/cbp.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau. County Business Patterns.",
    access="download",
    tables=LAYOUTS.tables(
        county="One row per county and industry, at all levels of the classification.",
        nation="One row per industry and legal form.",
    ),
    files=LAYOUTS.source_files(),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="The county file of the year.",
    schedule_month=6,
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
