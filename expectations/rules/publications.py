"""The rules that every publication must keep."""

from __future__ import annotations

from expectations.rules.agreement import agrees_with_long_table
from expectations.rules.coverage import coverage
from expectations.rules.expectation import Expectation
from expectations.rules.layout import frame, labels, layout, state_codes
from expectations.rules.tables import Publication
from expectations.rules.values import flags, intervals, ratio_texts, value_ranges


def every_publication(publication: Publication) -> list[Expectation]:
    """Layout, frame, labels, codes, flags, ranges, intervals, coverage, agreement with the long table."""
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
    ]
