"""What publication 15 must satisfy: counties, by age."""

from __future__ import annotations

from expectations.rules.arithmetic import home_value_sides_are_wholes
from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_age`."""
    publication = tables.publication("county_age")
    return [
        *every_publication(publication),
        *home_value_sides_are_wholes(publication),
    ]
