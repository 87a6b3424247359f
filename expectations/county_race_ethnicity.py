"""What publication 12 must satisfy: counties, by race and ethnicity."""

from __future__ import annotations

from expectations.rules.arithmetic import percentiles_rise
from expectations.rules.expectation import Expectation
from expectations.rules.publications import every_publication
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `county_race_ethnicity`."""
    publication = tables.publication("county_race_ethnicity")
    return [
        *every_publication(publication),
        *percentiles_rise(publication),
    ]
