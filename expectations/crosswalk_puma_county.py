"""What the crosswalk from PUMAs to counties must satisfy."""

from __future__ import annotations

from expectations.rules.crosswalks import puma_crosswalk
from expectations.rules.expectation import Expectation
from expectations.rules.tables import Tables


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `crosswalk_puma_county`."""
    return puma_crosswalk("crosswalk_puma_county", "county", tables)
