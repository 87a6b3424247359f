"""The registry of sources: it assembles, and holds no knowledge of its own.

A new source is one module with a `SOURCE`, and one line here.
"""

from orchestration.sources import (
    census_acs_pums,
    census_population_estimates,
    connecticut_crosswalk,
    geocorr,
    hud_income_limits,
    oi_social_capital,
    urban_crosswalks,
    urban_debt_in_america,
    urban_frames,
    urban_published_2025,
)
from orchestration.sources.model import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE
    for module in (
        urban_frames,
        urban_published_2025,
        urban_crosswalks,
        urban_debt_in_america,
        geocorr,
        oi_social_capital,
        connecticut_crosswalk,
        census_population_estimates,
        census_acs_pums,
        hud_income_limits,
    )
}
