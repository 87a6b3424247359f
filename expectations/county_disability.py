"""What publication 18 must satisfy: counties, by disability."""

from __future__ import annotations

from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_disability`."""
    return every_publication(tables.publication("county_disability"))
