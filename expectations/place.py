"""What publication 61 must satisfy: cities, all residents."""

from __future__ import annotations

from expectations.rules.agreement import independent_cities_agree
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
    """The expectations of table `place`."""
    publication = tables.publication("place")
    return [
        *every_publication(publication),
        *percentiles_rise(publication),
        *available_within_affordable(publication),
        *residents_are_a_whole(publication),
        *home_value_sides_are_wholes(publication),
        *independent_cities_agree(publication),
    ]
