"""What the crosswalk from PUMAs to counties must satisfy."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.rules.crosswalks import puma_crosswalk
from expectations.rules.publication import Tables
from expectations.rules.suite import suite_of


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of table `crosswalk_puma_county`."""
    return suite_of(table, puma_crosswalk(table, "county", tables))
