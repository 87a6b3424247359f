"""Police agencies: which there are, where they are, and arrests by agency, for what the FBI's archives lack.

`batch_headers` (J. Kaplan's concatenated NIBRS files) lists every agency of a year, also those that sent
nothing, with up to five counties. `crosswalk` is the Law Enforcement Agency Identifiers Crosswalk of 2012:
agency to county and place. `arrests_group_a` and `arrests_group_b` are Kaplan's segments of arrests, counted:
arrests of group B name their agency there, as they do not in the archives. The files come as R data sets
behind a form, or with an account; each record says what to do, down to the line of R. They have agreements of
their own: nothing of them is shipped or released.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)
NOT_IN_THE_PROGRAM = "-1"
"""Stands in place of the id of agencies that report no crime."""


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """By their layouts; of the crosswalk the agencies that have an id."""
    import pyarrow.compute as pc

    for table, partition, rows in LAYOUTS.parse(file, path):
        if table == "crosswalk":
            rows = rows.filter(pc.not_equal(rows.column("ORI9"), NOT_IN_THE_PROGRAM))
        yield table, partition, rows


SOURCE = Source(
    name="police_agencies",
    agency="Harvard Dataverse (J. Kaplan, from the FBI's NIBRS); ICPSR",
    title="Police agencies and arrests by agency",
    description="All agencies of a year with counties and cities, and arrests by agency, age, sex and race.",
    landing_page="https://dataverse.harvard.edu/dataverse/ucrdata",
    terms="Agreements of their own (a form that asks for the use; ICPSR's terms): not shipped, not released.",
    citation=(
        "Kaplan, Jacob. National Incident-Based Reporting System (NIBRS) Data, Harvard Dataverse. "
        "United States Bureau of Justice Statistics. Law Enforcement Agency Identifiers Crosswalk, 2012 "
        "(ICPSR 35158)."
    ),
    access="manual",
    tables=LAYOUTS.tables(
        batch_headers="One row per agency of the year, reporting or not.",
        arrests_group_a="One row per agency, age, sex, race and ethnicity: arrests for offenses of group A.",
        arrests_group_b="One row per agency, age, sex, race and ethnicity: arrests for offenses of group B.",
        crosswalk="One row per agency: county and place.",
    ),
    files=LAYOUTS.source_files(),
    complete="The batch headers of the year and the crosswalk; of arrests both groups as well.",
    not_at_hand=LAYOUTS.not_at_hand(),
    schedule_month=10,
    layouts=LAYOUTS,
    parse=parse,
)
