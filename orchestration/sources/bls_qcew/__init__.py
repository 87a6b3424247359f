"""BLS: Quarterly Census of Employment and Wages, annual averages by county, ownership and class of
industries.

The same figures come in three forms, and one of them is enough:

- `high_level`: the County High-Level workbook of a year (a zip of two megabytes), also as Urban's program
  reads it, saved as `{year}_data.csv` (numbers with thousands commas are refused);
- `annual_averages`: the open data, the single file of a year or a zip of area files; only counties and the
  levels from the total to the classes are kept. Never fetched by a run: the single file has half a
  gigabyte;
- `urban_totals`, `urban_industries`: Urban's extracts of three years, which stand in where no agency file
  is at hand.

`N` marks what is not disclosed; the zeros beside it are no wages. Extracts whose numbers of 1,000 and more
were lost (thousands commas read as text: 2020, 2023) are not declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.bls_qcew import annual
from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The open data by their own parser, everything else by its layout."""
    if file.tables == (annual.TABLE.name,):
        yield from annual.parse(file, path)
    else:
        yield from LAYOUTS.parse(file, path)


SOURCE = Source(
    name="bls_qcew",
    agency="US Bureau of Labor Statistics",
    title="Quarterly Census of Employment and Wages",
    description="Establishments, employment and weekly wages of counties by ownership and industry.",
    landing_page="https://www.bls.gov/cew/",
    terms="Public domain (work of the US federal government); Urban's extracts state no terms: not shipped.",
    citation="US Bureau of Labor Statistics. Quarterly Census of Employment and Wages, annual averages.",
    access="download",
    tables=(
        *LAYOUTS.tables(
            high_level="One row per area, ownership and class of industries.",
            urban_totals="Urban's extract: all industries, one row per county; county 999 is the state.",
            urban_industries="Urban's extract: eight classes a county, mean weekly wage of their rows.",
        ),
        annual.TABLE,
    ),
    files=(*LAYOUTS.source_files(), *annual.FILES),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="The County High-Level workbook of the year, or the annual averages of the year.",
    schedule_month=6,
    layouts=LAYOUTS,
    parse=parse,
)
