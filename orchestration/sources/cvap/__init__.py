"""Census Bureau: citizens of voting age by county, a special tabulation of the ACS of five years.

Names of columns are in capitals in older files; margins are blank or 0 where a number is controlled.
Estimates are rounded to multiples of five.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="cvap",
    agency="US Census Bureau",
    title="Citizen voting age population, special tabulation of the ACS",
    description="Residents, adults, citizens and citizens of voting age by race and county, five years.",
    landing_page="https://www.census.gov/programs-surveys/decennial-census/about/voting-rights/cvap.html",
    terms="Public domain (work of the US federal government).",
    citation="US Census Bureau, Citizen Voting Age Population by Race and Ethnicity, ACS special tabulation.",
    access="download",
    tables=LAYOUTS.tables(county="13 lines a county: all residents, and twelve groups."),
    files=LAYOUTS.source_files(),
    complete="The tabulation that Urban takes for an election: 2012-2016 for 2016, 2016-2020 for 2020.",
    schedule_month=2,
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
