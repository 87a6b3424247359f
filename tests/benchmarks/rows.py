"""The rows of the benchmark: what is measured, on which side, how much of which figure it may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.benchmarks import beside, microdata, runs
from tests.benchmarks.measuring import Measured
from tests.benchmarks.runs import Desk

STATES, YEARS = (1, 5, 25, 51), (1, 2, 4, 8)


@dataclass(frozen=True)
class Row:
    """A row of the page.

    `of` names the row of the earlier commit that the ratio is taken of (its own, if empty), `at_most` is the
    ratio that was asked for, in seconds and in memory.
    """

    key: str
    what: str
    work: Callable[[Desk, int], Measured | None]
    group: str = "runs"
    sides: tuple[str, ...] = ("base", "tree")
    of: str = ""
    at_most: float | None = None
    memory_at_most: float | None = None


def rows(states: int | None) -> tuple[Row, ...]:
    """All rows in the order in which they run; `states` limits the archives of the nation."""
    extent = "national" if states is None else f"{states} states"
    one = partial(_nation, microdata.ONE_YEAR, states)
    five = partial(_nation, microdata.FIVE_YEAR, states)
    return (
        Row("fresh", "default run, shipped mirror to a published release", runs.fresh, at_most=0.8),
        Row("unchanged", "the same again, nothing changed", runs.unchanged, at_most=0.5),
        Row(
            "changed-file", "one changed result file, run to a published release", runs.changed_file,
            of="fresh", at_most=0.3,
        ),
        Row(
            "five-states", "five states' person archives on a home with a release, to values and comparison",
            runs.five_states, at_most=0.15,
        ),
        Row("polars", "the five states' numbers by a script of polars", beside.polars, "beside", ("tree",)),
        Row(
            "changed-metric", "one changed metric model to its comparison", runs.changed_metric,
            of="fresh", at_most=0.15,
        ),
        Row("no-state", "the engine without any record, five metrics", _no_state),
        Row("one-state", "one state's five-year files, zip to values, five metrics", _one_state, at_most=0.3),
        Row("pandas", "the same by pandas, record by record", beside.pandas_by_record, "beside", ("tree",)),
        Row("r-survey", "the same by R's package survey", beside.r_survey, "beside", ("tree",)),
        Row("help", "`mobility --help`", runs.help_of_the_command),
        Row("verify", "`mobility release verify`", runs.verify),
        Row("show", "`mobility show 01003`", runs.show),
        Row("sample", "sample run, every source and metric", runs.sample),
        Row("plain", "result files read and joined by pandas", beside.plain_pandas, "beside", ("tree",)),
        Row("acs-one", f"ACS one-year, {extent}, zip to long table", one, at_most=0.4),
        Row(
            "acs-five", f"ACS five-year, {extent}, zip to long table", five, at_most=0.4, memory_at_most=0.75
        ),
        *(
            Row(f"states-{n}", f"{n}", partial(_states, n), "states", ("tree",)) for n in STATES
        ),
        *(
            Row(f"years-{n}", f"{n}", partial(_years, n), "years", ("tree",)) for n in YEARS
        ),
    )  # fmt: skip


MAIN = (
    "fresh",
    "unchanged",
    "changed-file",
    "five-states",
    "polars",
    "changed-metric",
    "no-state",
    "one-state",
)
"""What `make bench` measures if no rows are named: three turns take twenty minutes on two quiet cores."""


def _nation(vintage: str, states: int | None, desk: Desk, turn: int) -> Measured:
    return microdata.nation(desk, vintage, states)


def _one_state(desk: Desk, turn: int) -> Measured:
    return microdata.one_state(desk)


def _no_state(desk: Desk, turn: int) -> Measured:
    return microdata.no_state(desk)


def _states(count: int, desk: Desk, turn: int) -> Measured:
    return microdata.curve_of_states(desk, count)


def _years(count: int, desk: Desk, turn: int) -> Measured:
    return microdata.curve_of_years(desk, count)
