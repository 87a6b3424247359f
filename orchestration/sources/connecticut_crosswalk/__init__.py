"""CT Data Collaborative: Connecticut's tracts and towns under the old counties and the planning regions."""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="connecticut_crosswalk",
    agency="CT Data Collaborative",
    title="2022 tract crosswalk of Connecticut",
    description="Tracts to towns, to the eight old counties and to the nine planning regions.",
    landing_page="https://github.com/CT-Data-Collaborative/2022-tract-crosswalk",
    terms="Public repository without a licence text; attribution to the CT Data Collaborative.",
    citation="CT Data Collaborative (2022). 2022 Tract Crosswalk.",
    access="download",
    tables=LAYOUTS.tables(
        tracts="One row per tract of 2020, with its code before and after the change of 2022."
    ),
    files=LAYOUTS.source_files(),
    complete="All 879 tracts with people.",
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
