"""What every publication must satisfy; the whole suite of those that `suites.csv` gives to it."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.rules.agreement import agrees_with_long_table
from expectations.rules.arithmetic import (
    available_within_affordable,
    home_value_sides_are_wholes,
    percentiles_rise,
    residents_are_a_whole,
)
from expectations.rules.coverage import coverage
from expectations.rules.expectation import Expectation
from expectations.rules.layout import frame, labels, layout, state_codes
from expectations.rules.publication import Publication, Tables
from expectations.rules.suite import suite_of
from expectations.rules.values import flags, intervals, ratio_texts, value_ranges


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of a publication that has nothing of its own to say."""
    return suite_of(table, every_publication(tables.publication(table)))


def every_publication(publication: Publication) -> list[Expectation]:
    """Layout, frame, labels, codes, flags, ranges, intervals, coverage, agreement with the long table.

    Rules about single columns speak where the publication has them.
    """
    return [
        *layout(publication),
        *frame(publication),
        *labels(publication),
        *state_codes(publication),
        *flags(publication),
        *value_ranges(publication),
        *ratio_texts(publication),
        *intervals(publication),
        *coverage(publication),
        *agrees_with_long_table(publication),
        *percentiles_rise(publication),
        *available_within_affordable(publication),
        *residents_are_a_whole(publication),
        *home_value_sides_are_wholes(publication),
    ]
