"""MIT: living wages by county and family type, in files that a person brings.

The terms of the calculator were not examined: the wages are not shipped, they are in no release and no
component of a number shows them; only the ratio of pay to the living wage is released. The file of 2019
calls its year 2018, that of 2022 calls it 2021. 01001 and 01003 stand twice in the first, with the same
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.sources.model import Parsed, Source, SourceFile
from orchestration.sources.reading.layout import Layouts

LAYOUTS = Layouts.beside(__file__)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """The file as its layout says; a row that stands there twice, the same in every cell, once."""
    for table, partition, rows in LAYOUTS.parse(file, path):
        yield table, partition, rows.group_by(rows.column_names, use_threads=False).aggregate([])


SOURCE = Source(
    name="mit_living_wage",
    agency="Massachusetts Institute of Technology",
    title="Living Wage Calculator",
    description="The hourly wage that pays for the basic needs of a family, by county and family type.",
    landing_page="https://livingwage.mit.edu/",
    terms="Terms were not examined: do not ship, release or show the wages.",
    citation="Glasmeier, A. K., Massachusetts Institute of Technology. Living Wage Calculator.",
    access="manual",
    tables=LAYOUTS.tables(
        wages="Hourly living wage by county and family type.",
        wages_of_a_family="Hourly living wage of one adult with two children, by county.",
    ),
    files=LAYOUTS.source_files(),
    not_at_hand=LAYOUTS.not_at_hand(),
    complete="The vintage that seed living_wage_vintages names for the year.",
    layouts=LAYOUTS,
    parse=parse,
)
