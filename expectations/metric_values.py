"""What the long table must satisfy: every cell of every series, once, with a value or a reason."""

from __future__ import annotations

from great_expectations.core import ExpectationSuite

from expectations.rules.continuity import continuity, series_differ, years_differ
from expectations.rules.expectation import Expectation
from expectations.rules.inputs import provenance
from expectations.rules.layout import columns_in_order, row_count
from expectations.rules.long_table import (
    cells_of_the_frame,
    origins,
    other_channel,
    overall_rows_agree,
    published_values_kept,
    reasons,
    series_are_listed,
    sound_estimates,
)
from expectations.rules.publication import Tables
from expectations.rules.reconciliation import subgroups_reconcile
from expectations.rules.revisions import revisions
from expectations.rules.suite import suite_of

COLUMNS = (
    "geography_type",
    "geoid",
    "year",
    "variable",
    "subgroup_type",
    "subgroup",
    "sample",
    "value",
    "lower",
    "upper",
    "quality",
    "quality_reason",
    "missing_reason",
    "origin",
    "deviation_ids",
    "series_id",
)


def suite(table: str, tables: Tables) -> ExpectationSuite:
    """The suite of table `metric_values`."""
    return suite_of(table, _declared(table, tables))


def _declared(table: str, tables: Tables) -> list[Expectation]:
    return [
        columns_in_order(table, COLUMNS),
        *row_count(table, tables),
        *series_are_listed(),
        *cells_of_the_frame(),
        *other_channel(tables),
        *origins(),
        *reasons(),
        *sound_estimates(),
        *published_values_kept(),
        *overall_rows_agree(),
        *provenance(),
        *years_differ(tables),
        *series_differ(tables),
        *continuity(tables),
        *revisions(tables),
        *subgroups_reconcile(tables),
    ]
