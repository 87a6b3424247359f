"""What publication 61 must satisfy: cities, all residents."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.default import every_publication
from expectations.rules.agreement import independent_cities_agree
from expectations.rules.publication import Tables
from expectations.rules.suite import suite_of


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of table `place`."""
    publication = tables.publication(table)
    return suite_of(table, [*every_publication(publication), *independent_cities_agree(publication)])
