"""Urban Institute: Debt in America and the Financial Health and Wealth Dashboard (workbooks).

The workbooks of 2023 are read by the names of their columns, those of 2021 and 2022 by position, because
they have long or no names there. Shares stay text: the codes `n/a*` (too few records) and `n/a**` (no such
neighborhoods), in 2023 `NA`, say why a number is missing, and staging turns them into reasons. County and
place measure different things: debt in collections, and derogatory debt.
"""

from __future__ import annotations

from orchestration.sources.model import NotAtHand, Source
from orchestration.sources.reading.layout import Layouts
from orchestration.sources.urban_published_2025 import URBAN_TERMS

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="urban_debt_in_america",
    agency="Urban Institute",
    title="Debt in America; Financial Health and Wealth Dashboard",
    description="Shares of people with debt in collections (counties) or derogatory debt (cities).",
    landing_page="https://datacatalog.urban.org/dataset/debt-america-2024",
    terms=URBAN_TERMS,
    citation=(
        "Urban Institute. Debt in America: an interactive map (2022, 2024); "
        "Financial Health and Wealth Dashboard (2022)."
    ),
    access="download",
    tables=LAYOUTS.tables(
        county_debt_in_collections="One row per county and vintage: share of adults with a credit record "
        "who have debt in collections.",
        county_medical_debt_in_collections="One row per county: share of adults with a credit record who "
        "have medical debt in collections.",
        place_derogatory_debt="One row per city: share of adults with a credit record who have derogatory "
        "debt.",
    ),
    files=LAYOUTS.source_files(),
    complete="The workbook of the year and of the geography.",
    not_at_hand=(
        *LAYOUTS.not_at_hand(),
        NotAtHand(name="county_2018", reason="Urban published results only; no workbook is known"),
    ),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
