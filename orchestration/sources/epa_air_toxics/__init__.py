"""EPA: hazards of air toxics by census tract, NATA 2014 and AirToxScreen 2018 and 2019.

Three workbooks a year (cancer risk, respiratory and neurological hazard by source group), of which the totals
are read. Rows are tracts of 2010 and, among them, summaries of counties, states and the nation, whose tract
ends in zeros. No file was at hand: the names of columns are those that programs read. The addresses of 2014,
and of cancer risk in 2018 and 2019, stand in programs; that the two other workbooks lie in the same folder is
inferred. A workbook does not say of which year it is: the same numbers under two years are found when the
warehouse is built (test `years_differ`).
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="epa_air_toxics",
    agency="US Environmental Protection Agency",
    title="National Air Toxics Assessment 2014; AirToxScreen 2018 and 2019: hazards by census tract",
    description="Total cancer risk, respiratory and neurological hazard of air toxics, by census tract.",
    landing_page="https://www.epa.gov/AirToxScreen",
    terms="Public domain (work of the US federal government).",
    citation="US Environmental Protection Agency. NATA 2014; AirToxScreen 2018 and 2019.",
    access="download",
    tables=LAYOUTS.tables(
        cancer="Total cancer risk per million, one row per tract and summary.",
        respiratory="Total respiratory hazard quotient, one row per tract and summary.",
        neurological="Total neurological hazard quotient, one row per tract and summary.",
    ),
    files=LAYOUTS.source_files(),
    complete="The three workbooks of the year (a rank needs all tracts); ACS tables of all states.",
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
