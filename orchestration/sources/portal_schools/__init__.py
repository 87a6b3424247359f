"""Urban's Education Data Portal: public schools, their poverty (MEPS) and who attends them (NCES, Common
Core of Data).

Two ways in, with the same columns. A run that may use the network asks the interface for programs, which
answers in pages of 10,000 rows (`directory`, `enrollment`, `poverty`, a year a file). A person may fetch the
bulk files instead, of up to a gigabyte (`bulk_directory` and `bulk_poverty` with all years, `bulk_enrollment`
of a year); they are read as a stream. Of the enrolment only the rows for all grades together are kept.
Negative codes (-1, -2, -3) say why there is no number. Codes of counties are text with or without zeros, or
numbers; ids of schools have 12 digits everywhere. The year is that of the fall.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Parsed, Source, SourceFile, Table
from orchestration.sources.portal_schools import bulk
from orchestration.sources.reading import portal_answers
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)
FILE_ROW = portal_answers.FILE_ROW
"""Number of the row among all rows of the file, kept or not: a line of a bulk file is one more."""


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """Rows of either form, piece by piece."""
    layout = LAYOUTS.layout(file, file.tables[0])
    reader = portal_answers if file.paged else bulk
    for rows in reader.read(file, path, layout):
        yield file.tables[0], None, rows


def _table(table: Table) -> Table:
    """The record with the number of the row."""
    return table.model_copy(update={"columns": {**table.columns, FILE_ROW: "BIGINT"}})


_FORMS = {
    "directory": "One row per school: enrolment, county and city.",
    "enrollment": "One row per school, race and sex; all grades together.",
    "poverty": "One row per school: share of students in poverty, as modelled.",
}

SOURCE = Source(
    name="portal_schools",
    agency="Urban Institute, Education Data Portal; National Center for Education Statistics",
    title="Public schools: directory, enrolment by race, Model Estimates of Poverty in Schools (MEPS)",
    description="Enrolment by race, county, city and estimated poverty of each public school, by year.",
    landing_page="https://educationdata.urban.org/documentation/schools.html",
    terms="Open Data Commons Attribution License (ODC-By) 1.0, as the portal cites it.",
    citation=(
        "Urban Institute, Education Data Portal: Model Estimates of Poverty in Schools; National "
        "Center for Education Statistics, Common Core of Data. Under ODC Attribution License."
    ),
    access="api",
    tables=tuple(
        _table(table)
        for table in LAYOUTS.tables(
            **_FORMS, **{f"bulk_{name}": f"{text} From the bulk file." for name, text in _FORMS.items()}
        )
    ),
    files=LAYOUTS.source_files(),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="Directory, enrolment by race and poverty of the year, each by either way.",
    schedule_month=10,
    layouts=LAYOUTS,
    parse=parse,
)
