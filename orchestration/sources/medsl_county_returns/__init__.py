"""MIT Election Data and Science Lab: votes for president by county and candidate.

The file of 2016 is the one of the years 2000-2016, that of 2020 the one of 2000-2020; of both only the last
year is used. Codes have no zeros in front. Districts of Alaska carry codes that look like boroughs, Kansas
City (Missouri) has 36000; votes of the District of Columbia have no code in 2020.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="medsl_county_returns",
    agency="MIT Election Data and Science Lab",
    title="County presidential election returns",
    description="Votes for president by county, candidate and, from 2020 on, mode of voting.",
    landing_page="https://doi.org/10.7910/DVN/VOQCHQ",
    terms="Terms of Harvard Dataverse's dataset VOQCHQ; they were not read, so the rows are not shipped.",
    citation="MIT Election Data and Science Lab, County Presidential Election Returns, Harvard Dataverse.",
    access="download",
    tables=LAYOUTS.tables(returns="One row per year, county, candidate, party and mode."),
    files=LAYOUTS.source_files(),
    complete="The file of the election year, and the citizens of voting age (`cvap`) around it.",
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
