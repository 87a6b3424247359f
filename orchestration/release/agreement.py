"""Computed numbers beside the published ones: how many are equal, which deviations claim the others.

Counts the rows of `comparison_with_published`: one a cell and measure (value, bounds, flag) that at least
one side has.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

from orchestration.base.states import POSTAL_OF_FIPS

HEADER = (
    "metric", "sample", "year", "state", "cells", "numbers", "equal", "claimed", "unexplained", "deviations",
)  # fmt: skip


@dataclass(frozen=True)
class Agreement:
    """One metric, sample, year and state ("all" for all together)."""

    metric: str
    sample: str
    year: int
    state: str
    cells: int
    numbers: int
    equal: int
    claimed: int
    unexplained: int
    deviations: str


def agreement(folder: Path, *, by_state: bool = False) -> list[Agreement]:
    """The table of a release or candidate, in the order of metric, sample, year and state."""
    import duckdb

    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            """
            with metrics as (select distinct variable, metric from series),
            compared as (
                select *, case when $by_state then substr(geoid, 1, 2) else 'all' end as state
                from comparison_with_published
                inner join metrics using (variable)
            ),
            named as (
                select metric, sample, year, state, string_agg(distinct one, ' ' order by one) as deviations
                from (
                    select metric, sample, year, state, unnest(string_split(deviation_ids, ';')) as one
                    from compared
                    where not agrees and deviation_ids <> ''
                )
                group by all
            )
            select
                metric,
                sample,
                year,
                state,
                count(distinct (geography_type, geoid, variable, subgroup_type, subgroup)),
                count(*),
                count(*) filter (where agrees),
                count(*) filter (where not agrees and deviation_ids <> ''),
                count(*) filter (where not agrees and deviation_ids = ''),
                coalesce(any_value(named.deviations), '')
            from compared
            left join named using (metric, sample, year, state)
            group by all
            order by all
            """,
            {"by_state": by_state},
        ).fetchall()
    return [
        Agreement(metric, sample, year, POSTAL_OF_FIPS.get(state, state).upper(), *counts)
        for metric, sample, year, state, *counts in rows
    ]


def table(rows: list[Agreement]) -> str:
    """The rows as a table of Markdown, with their sum."""
    lines = [HEADER, ("---",) * len(HEADER), *(tuple(map(str, astuple(row))) for row in rows)]
    numbers = ("cells", "numbers", "equal", "claimed", "unexplained")
    total = [f"{sum(getattr(row, name) for row in rows)}" for name in numbers]
    lines.append(("all", "", "", "", *total, ""))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
