"""What the long table must satisfy: every cell of every series, once, with a value or a reason."""

from __future__ import annotations

from expectations.rules.continuity import continuity, series_differ, years_differ
from expectations.rules.expectation import Expectation, expect, query
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
from expectations.rules.provenance import provenance
from expectations.rules.reconciliation import subgroups_reconcile
from expectations.rules.revisions import revisions
from expectations.rules.tables import Tables
from orchestration.base.sql import literal

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


def declare(tables: Tables) -> list[Expectation]:
    """The expectations of table `metric_values`."""
    return [
        *_columns(),
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


def _columns() -> list[Expectation]:
    expected = ", ".join(f"({at}, {literal(name)})" for at, name in enumerate(COLUMNS, start=1))
    failing = f"""
        select position, expected.name as expected, found.column_name as found
        from (values {expected}) as expected (position, name)
        full join (select * from work.columns where table_name = 'metric_values') as found using (position)
        where expected.name is distinct from found.column_name"""
    looked_at = "select count(*) from work.columns where table_name = 'metric_values'"
    part = query("columns", looked_at, failing, minimum=len(COLUMNS))
    return expect("columns_in_order", "error", "exactly the columns of the contract, in order", [part])
