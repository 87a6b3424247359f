"""Census Bureau: County Business Patterns, establishments by county or ZIP code and industry of six digits.

From reference year 2017 on an industry with fewer than three establishments in a county is left out. The
national file says how many that are: in 2022 the ten industries of the metric have 303,009 establishments.

ZIP codes were a dataset of their own (ZBP) to 2018. Instead of the text files, tables of data.census.gov and
answers of the interface are read (`forms`), from a mirror as `cbp/<vintage>/county.json` or `zip.json`,
`county-Data.csv` or `zip-Data.csv`. What to ask (a key is needed):
`https://api.census.gov/data/<year>/cbp?get=ESTAB,NAICS2017,LFO,EMPSZES&for=county:*`,
of ZIP codes to 2018 `.../zbp?...&for=zipcode:*`, from 2019 `.../cbp?...&for=zip%20code:*`. It is NAICS2012 to
2016; LFO is there from 2018 and EMPSZES from 2017 on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.cbp import forms
from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The rows of a file in any of its forms."""
    return forms.parse(LAYOUTS, file, path)


SOURCE = Source(
    name="cbp",
    agency="US Census Bureau",
    title="County Business Patterns",
    description="Establishments by industry, of each county and ZIP code and of the nation.",
    landing_page="https://www.census.gov/programs-surveys/cbp.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau. County Business Patterns.",
    access="download",
    tables=LAYOUTS.tables(
        county="One row per county and industry, at all levels of the classification.",
        zip="One row per ZIP code and industry, at all levels of the classification.",
        nation="One row per industry and legal form.",
    ),
    files=LAYOUTS.source_files(),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="The county file of the year; for cities the file of ZIP codes.",
    schedule_month=6,
    layouts=LAYOUTS,
    parse=parse,
)
