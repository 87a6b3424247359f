"""What publication 11 must satisfy: counties, all residents."""

from __future__ import annotations

from expectations.rules.arithmetic import (
    available_within_affordable,
    home_value_sides_are_wholes,
    percentiles_rise,
    residents_are_a_whole,
)
from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county`."""
    publication = tables.publication("county")
    return [
        *every_publication(publication),
        *percentiles_rise(publication),
        *available_within_affordable(publication),
        *residents_are_a_whole(publication),
        *home_value_sides_are_wholes(publication),
    ]
