"""Missouri Census Data Center: Geocorr exports, which say how many people of one area live in another.

A Geocorr CSV has two header lines: short names, then labels. The exports of 2018 and 2022 have the two
allocation factors in different order, so columns are found by name, and `layouts.csv` says how the line of
labels must call each factor. Text is Latin-1; the last number of a line is followed by a blank.

`AFACT2` of `puma_place_2010` is wrong in the export itself (methods/geography.md, 5.1): compute the
factor from the population column. Geocorr 2022 has 1,089 people more in Connecticut than the census of 2020
counted (3,605,944), in every export; all other states and Puerto Rico are equal to the census.
"""

from __future__ import annotations

from orchestration.sources.model import NotAtHand, Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="geocorr",
    agency="Missouri Census Data Center",
    title="Geocorr: geographic correspondence engine",
    description="Shares of the people of a PUMA, county, tract or ZIP area that live in a county, planning "
    "region or place.",
    landing_page="https://mcdc.missouri.edu/applications/geocorr.html",
    terms="Free use with attribution to the Missouri Census Data Center; counts of the Census Bureau.",
    citation="Missouri Census Data Center, University of Missouri. Geocorr 2018 and Geocorr 2022.",
    access="manual",
    tables=LAYOUTS.tables(),
    files=LAYOUTS.source_files(),
    complete="All exports of a period: areas of 2010 for survey years to 2021, of 2020 from 2022 on.",
    not_at_hand=(
        *LAYOUTS.not_at_hand(),
        NotAtHand(
            name="county_place_2020",
            reason="no raw export was found; Urban's processed file is in the source urban_crosswalks",
        ),
    ),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
