"""Opportunity Insights: the Social Capital Atlas, economic connectedness of counties and ZIP codes.

Codes are whole numbers, so the zeros in front of county and ZIP codes are lost: staging pads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Code, NotAtHand, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading.text import read_csv

VINTAGE = "2022"
_DATASET = "https://data.humdata.org/dataset/85ee8e10-0c66-4635-b997-79b6fad44c71/resource"

_COUNTY_MEASURES = """
    ec_county ec_se_county child_ec_county child_ec_se_county ec_grp_mem_county ec_high_county
    ec_high_se_county child_high_ec_county child_high_ec_se_county ec_grp_mem_high_county
    exposure_grp_mem_county exposure_grp_mem_high_county child_exposure_county
    child_high_exposure_county bias_grp_mem_county bias_grp_mem_high_county child_bias_county
    child_high_bias_county clustering_county support_ratio_county volunteering_rate_county
    civic_organizations_county
"""
_ZIP_MEASURES = """
    ec_zip ec_se_zip nbhd_ec_zip ec_grp_mem_zip ec_high_zip ec_high_se_zip nbhd_ec_high_zip
    ec_grp_mem_high_zip exposure_grp_mem_zip exposure_grp_mem_high_zip nbhd_exposure_zip
    bias_grp_mem_zip bias_grp_mem_high_zip nbhd_bias_zip nbhd_bias_high_zip clustering_zip
    support_ratio_zip volunteering_rate_zip civic_organizations_zip
"""


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    yield file.tables[0], None, read_csv(file, path)


COUNTY = Table(
    name="county",
    description="One row per county of 2018; ec_county is twice the share of friends above the median.",
    columns={"county": "VARCHAR", "county_name": "VARCHAR", "num_below_p50": "DOUBLE", "pop2018": "BIGINT"}
    | dict.fromkeys(_COUNTY_MEASURES.split(), "DOUBLE"),
    key=("county",),
    rows={VINTAGE: RowBounds(least=3_050, most=3_143)},
    codes={"county": Code(length=5, padded=False, holds_state=True)},
    ranges={"ec_county": (0.0, 2.0), "ec_se_county": (0.0, 1.0)},
)

ZIP = Table(
    name="zip",
    description="One row per ZIP code (2010 ZCTA); the order of the columns was not seen in a genuine file.",
    columns={"zip": "VARCHAR", "county": "VARCHAR", "num_below_p50": "DOUBLE", "pop2018": "BIGINT"}
    | dict.fromkeys(_ZIP_MEASURES.split(), "DOUBLE"),
    key=("zip",),
    rows={VINTAGE: RowBounds(least=22_000, most=24_000)},
    codes={"zip": Code(length=5, padded=False), "county": Code(length=5, padded=False, holds_state=True)},
    ranges={"ec_zip": (0.0, 2.0), "ec_se_zip": (0.0, 1.0)},
)

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
    tables=(COUNTY, ZIP),
    files=(
        SourceFile(
            name="county",
            vintage=VINTAGE,
            official_name="social_capital_county.csv",
            tables=("county",),
            url=f"{_DATASET}/ec896b64-c922-4737-b759-e4bd7f73b8cc/download/social_capital_county.csv",
            mirror_paths=("social_capital_atlas/social_capital_county.csv",),
        ),
        SourceFile(
            name="zip",
            vintage=VINTAGE,
            official_name="social_capital_zip.csv",
            tables=("zip",),
            url=f"{_DATASET}/ab878625-279b-4bef-a2b3-c132168d536e/download/social_capital_zip.csv",
            mirror_paths=("social_capital_atlas/social_capital_zip.csv",),
        ),
    ),
    complete="County file: counties. ZIP file and a crosswalk from ZCTA to place: places.",
    not_at_hand=(NotAtHand(name="zip", reason="no public copy was found"),),
    parse=parse,
)
