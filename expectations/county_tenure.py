"""What publication 17 must satisfy: counties, by tenure."""

from __future__ import annotations

from expectations.rules.arithmetic import available_within_affordable
from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_tenure`."""
    publication = tables.publication("county_tenure")
    return [
        *every_publication(publication),
        *available_within_affordable(publication),
    ]
