"""NCES Common Core of Data: school districts, where their office stands and how many students are enrolled.

As Stata extracts of Urban's Education Data Portal: id, enrolment (missing, or negative for a code of no
answer) and the county of the office, from which `state` and `county` are cut; another file with the city of
the office. Seen were the directories of 2014 to 2021 and the cities of 2019 to 2021: other years are read by
the same layout, and refused where they have another. The state is the office's, not the id's (ids 59... of
the Bureau of Indian Education lie in many states). The year is that of the fall. Enrolment by race is not
among them.
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="ccd_districts",
    agency="National Center for Education Statistics",
    title="Common Core of Data: directory of school districts",
    description="Enrolment of each school district and county and city of its office, as extracted by Urban.",
    landing_page="https://educationdata.urban.org/documentation/school-districts.html",
    terms=(
        "Urban's Education Data Portal is cited under the Open Data Commons Attribution License; of these "
        "extracts no licence was seen: they are not shipped and not released."
    ),
    citation=(
        "National Center for Education Statistics, Common Core of Data, through the Urban Institute's "
        "Education Data Portal."
    ),
    access="manual",
    tables=LAYOUTS.tables(
        directory="One row per school district: enrolment and county of its office.",
        cities="One row per school district: city of its office.",
    ),
    files=LAYOUTS.source_files(),
    complete="The directory of the fall that a school year begins in: counties; with its cities: places.",
    schedule_month=10,
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
