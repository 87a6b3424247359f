"""What publication 14 must satisfy: counties, by income."""

from __future__ import annotations

from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_income`."""
    return every_publication(tables.publication("county_income"))
