"""What publication 13 must satisfy: counties, by the racial make-up of neighborhoods."""

from __future__ import annotations

from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_race_share`."""
    return every_publication(tables.publication("county_race_share"))
