"""What publication 67 must satisfy: cities, by tenure."""

from __future__ import annotations

from expectations.rules.arithmetic import available_within_affordable
from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `place_tenure`."""
    publication = tables.publication("place_tenure")
    return [
        *every_publication(publication),
        *available_within_affordable(publication),
    ]
