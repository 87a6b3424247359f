"""Opportunity Insights: the Social Capital Atlas, economic connectedness of counties and ZIP codes.

Codes are whole numbers, so the zeros in front of county and ZIP codes are lost: staging pads them.
`files.csv` and `layouts.csv` beside this module say what the files look like.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="oi_social_capital",
    agency="Opportunity Insights",
    title="Social Capital Atlas",
    description="Friendships across lines of income, of Facebook users aged 25-44, by county and ZIP code.",
    landing_page="https://data.humdata.org/dataset/social-capital-atlas",
    terms="Creative Commons Attribution 4.0 (as the dataset's page says; check before redistributing).",
    citation=(
        "Chetty, R., Jackson, M. O., Kuchler, T., Stroebel, J. et al. (2022). Social capital I: "
        "measurement and associations with economic mobility. Nature 608, 108-121."
    ),
    access="download",
    tables=LAYOUTS.tables(
        county="One row per county of 2018; ec_county is twice the share of friends above the median.",
        zip="One row per ZIP code (2010 ZCTA).",
    ),
    files=LAYOUTS.source_files(),
    complete="County file: counties. ZIP file and a crosswalk from ZCTA to place: places.",
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
