"""What publication 68 must satisfy: cities, by disability."""

from __future__ import annotations

from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `place_disability`."""
    return every_publication(tables.publication("place_disability"))
