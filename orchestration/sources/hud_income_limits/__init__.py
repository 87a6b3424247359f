"""HUD: Section 8 income limits, one workbook a fiscal year.

A row is a county, in New England a town: `fips2010` (from 2023 on `fips`) is state, county and county
subdivision, 99999 for a whole county. The limits wanted are those of a family of four: `ELI_4`
(extremely low: the larger of 30 % of the median and the poverty guideline), `l50_4`, `l80_4`. In 2023
Connecticut's towns are still under the old counties; moving them is the warehouse's work.

The workbook of 2014 is an old `.xls`; those of 2019 to 2022 declare a sheet of a million rows. There is
none of 2020 at hand. The next year is a row in `files.csv`.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="hud_income_limits",
    agency="US Department of Housing and Urban Development",
    title="Section 8 income limits",
    description="Extremely low, very low and low income limits by family size, for each HUD area and year.",
    landing_page="https://www.huduser.gov/portal/datasets/il.html",
    terms="Public domain (work of the US federal government).",
    citation="US Department of Housing and Urban Development, Office of Policy Development and Research. "
    "Income limits.",
    access="download",
    tables=LAYOUTS.tables(
        section8="One row per HUD area: a county, or a town of New England; limits in dollars by family size."
    ),
    files=LAYOUTS.source_files(),
    complete="The workbook of the fiscal year that is the year of the ACS; there is no 2020.",
    schedule_month=4,
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
