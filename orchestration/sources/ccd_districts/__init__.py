"""NCES Common Core of Data: school districts, where their office stands and how many students are enrolled.

As Stata extracts of Urban's Education Data Portal: id, enrolment (missing, or negative for a code of no
answer) and the county of the office, from which `state` and `county` are cut; another file with the city of
the office. Seen were the directories of 2014 to 2021 and the cities of 2019 to 2021: other years are read by
the same layout, and refused where they have another. The state is the office's, not the id's (ids 59... of
the Bureau of Indian Education lie in many states). The year is that of the fall.

Enrolment by race comes from the portal's interface, in pages as those of its schools: all grades and both
sexes together, negative codes (-1, -2, -3) where there is no number. It was never seen: endpoint and columns
are those that Urban's program and the portal's documentation name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading import portal_answers
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """Rows of an extract, or of an answer in pages."""
    if not file.paged:
        yield from LAYOUTS.parse(file, path)
        return
    (table,) = file.tables
    for rows in portal_answers.read(file, path, LAYOUTS.layout(file, table)):
        yield table, None, rows.drop_columns([portal_answers.FILE_ROW])


SOURCE = Source(
    name="ccd_districts",
    agency="National Center for Education Statistics",
    title="Common Core of Data: directory of school districts",
    description=(
        "Enrolment of each school district, in all and by race, and county and city of its office, "
        "through Urban."
    ),
    landing_page="https://educationdata.urban.org/documentation/school-districts.html",
    terms=(
        "Urban's Education Data Portal is cited under the Open Data Commons Attribution License; of these "
        "extracts no licence was seen: they are not shipped and not released."
    ),
    citation=(
        "National Center for Education Statistics, Common Core of Data, through the Urban Institute's "
        "Education Data Portal."
    ),
    access="api",
    tables=LAYOUTS.tables(
        directory="One row per school district: enrolment and county of its office.",
        cities="One row per school district: city of its office.",
        enrollment_by_race="One row per school district and race: students, all grades, both sexes.",
    ),
    files=LAYOUTS.source_files(),
    complete=(
        "The directory of the fall that a school year begins in: counties; with its cities: places; with the "
        "enrolment by race: groups."
    ),
    schedule_month=10,
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=parse,
)
