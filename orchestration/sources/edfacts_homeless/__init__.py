"""US Department of Education: homeless students enrolled, by school district (EDFacts, data group 655).

Two layouts. `wide` has a row a district (school years to 2018-19): `TOTAL` is a number, `S` (one or two
students) or `.` (no data). `long` has a row a district and group (from 2019-20), in a zip with notes and a
README; value is a number or `S`. No file prints 0, 1 or 2. Columns change their names almost every year.
That of 2022-23 comes from a form, without a zip and with more groups of data than 655. It was never seen, and
is read by the layout of the year before: a file without its columns, or with other words, is refused.
The Bureau of Indian Education has the ids 59....
"""

from __future__ import annotations

from orchestration.sources.model import Source
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)

SOURCE = Source(
    name="edfacts_homeless",
    agency="US Department of Education",
    title="EDFacts: homeless students enrolled, by school district",
    description="Students who were homeless (McKinney-Vento Act) in the school year, by district.",
    landing_page="https://eddataexpress.ed.gov/download",
    terms="Public domain (work of the US federal government). Counts below three are withheld by the agency.",
    citation="US Department of Education, EDFacts Data Warehouse, file specification 118, data group 655.",
    access="download",
    tables=LAYOUTS.tables(
        wide="One row per school district; numbers as text, S and . among them.",
        long="One row per school district and group; numbers as text, S among them.",
    ),
    files=LAYOUTS.source_files(),
    complete="The national file of the school year, and the directory of districts (`ccd_districts`).",
    schedule_month=7,
    not_at_hand=LAYOUTS.not_at_hand(),
    layouts=LAYOUTS,
    parse=LAYOUTS.parse,
)
