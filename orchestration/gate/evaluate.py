"""Great Expectations validates the suite of a table, over the workbench's DuckDB.

A rule is one expectation or several (`expectations/rules/expectation.py`). Its finding is made of the
validation results alone: one for each expectation, with the counts of every part. Great Expectations' own
classes pass where they looked at nothing; here a part that looked at less than its minimum fails.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from orchestration.gate.verdict import Checked, Judged
from orchestration.gate.workbench import Workbench

_SEVERITY = {"critical": "error", "warning": "warning"}


def import_great_expectations() -> Any:
    """Great Expectations, without telemetry, and our classes; takes some five seconds of one core."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _without_collecting_garbage():
        import great_expectations

        import expectations.duckdb_datasource
        import expectations.rules.suite  # noqa: F401

    return great_expectations


@contextmanager
def _without_collecting_garbage() -> Iterator[None]:
    """Imports leave a million objects that stay as long as the process.

    Python would look through them again and again, while they are made and then while suites are judged: some
    two seconds.
    """
    if "great_expectations" in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def imported_ahead() -> threading.Thread:
    """The import, begun in a thread beside what the caller waits for meanwhile."""
    loading = threading.Thread(target=import_great_expectations, daemon=True)
    loading.start()
    return loading


class Evaluator:
    """One ephemeral context over a workbench: a fresh one for each verdict, and for each thread."""

    def __init__(self, workbench: Workbench) -> None:
        gx = import_great_expectations()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        source = context.data_sources.add_duckdb("candidate", database_schema="candidate")
        self._source = source.over(workbench.connection)

    def judge(self, table: str, suite: Any) -> list[Judged]:
        """The finding on every rule of a table's suite, in their order."""
        results: dict[Any, list[Any]] = defaultdict(list)
        for result in self._results(table, suite):
            results[_identity(result.expectation_config)].append(result)
        rules: dict[str, list[Any]] = defaultdict(list)
        for one in suite.expectations:
            rules[one.meta["rule"]].append(one)
        return [
            self._judged(table, rule, [(one, results[_identity(one.configuration)]) for one in declared])
            for rule, declared in rules.items()
        ]

    def _results(self, table: str, suite: Any) -> list[Any]:
        batch = self._source.batch_of(table)
        return list(batch.validate(suite, result_format="BASIC").results)

    def _judged(self, table: str, rule: str, answers: Sequence[tuple[Any, list[Any]]]) -> Judged:
        parts: list[Checked] = []
        problem = None
        succeeded = True
        for one, results in answers:
            if len(results) != 1:
                problem = problem or "Great Expectations did not give exactly one result"
                continue
            found = self._parts(one, results[0])
            if Counter(part.name for part in found) != Counter(_part_names(one.configuration)):
                problem = problem or f"{len(found)} of {len(_part_names(one.configuration))} parts evaluated"
            succeeded = succeeded and bool(results[0].success)
            parts += found
        first = answers[0][0]
        raised = next((f"{part.name}: {part.raised}" for part in parts if part.raised), None)
        holds = succeeded and bool(parts) and all(part.holds for part in parts)
        outcome = "not_evaluated" if problem else "raised" if raised else "passed" if holds else "failed"
        return Judged(
            id=f"{table}.{rule}",
            rule=rule,
            severity=_SEVERITY[str(first.configuration.severity.value)],
            statement=str(first.description),
            outcome=outcome,  # type: ignore[arg-type]
            looked_at=sum(part.looked_at or 0 for part in parts),
            unexpected=sum(part.failing or 0 for part in parts),
            parts=parts,
            problem=problem or raised,
        )

    def _parts(self, one: Any, result: Any) -> list[Checked]:
        """What each part of one expectation looked at and found failing."""
        raised = _exception(result)
        if raised is not None:
            names, meta = _part_names(one.configuration), one.meta
            return [Checked(name, None, None, meta.get("minimum", 1), raised=raised) for name in names]
        if "parts" in one.configuration.kwargs:
            return [Checked(**part) for part in result.result["details"]["parts"]]
        looked_at, failing = _counts(result)
        examples = self._examples(one.meta["failing"]) if failing else []
        return [Checked(one.meta["part"], looked_at, failing, one.meta["minimum"], examples=examples)]

    def _examples(self, failing: str) -> list[dict[str, Any]]:
        """Rows with their keys; the count stands even where they cannot be shown."""
        from sqlalchemy.exc import SQLAlchemyError

        from expectations.rules.rule_counts import examples

        with self._source.get_execution_engine().get_connection() as connection:
            try:
                return examples(failing, connection.exec_driver_sql)
            except SQLAlchemyError:
                return []


def _part_names(configuration: Any) -> tuple[str, ...]:
    parts = configuration.kwargs.get("parts")
    return (configuration.meta["part"],) if parts is None else tuple(part["name"] for part in parts)


def _identity(configuration: Any) -> tuple[str, tuple[str, ...]]:
    return configuration.meta["rule"], _part_names(configuration)


def _exception(result: Any) -> str | None:
    """What was raised while the expectation was evaluated; an answer without a result counts as that."""
    info = result.exception_info or {}
    found = [info, *(one for one in info.values() if isinstance(one, dict))]
    for one in found:
        if one.get("raised_exception"):
            said = str(one.get("exception_message") or "an exception without a message")
            return said.splitlines()[0]
    return None if result.result else "no result"


def _counts(result: Any) -> tuple[int, int]:
    """What an expectation of Great Expectations' own looked at and what fails; never 0 where it failed."""
    found = result.result
    if "element_count" in found:
        looked_at = found["element_count"] - (found.get("missing_count") or 0)
        failing = found["unexpected_count"]
    elif isinstance(found["observed_value"], list):
        looked_at = len(found["observed_value"])
        failing = len((found.get("details") or {}).get("mismatched") or ())
    else:
        looked_at, failing = int(found["observed_value"]), 0
    return looked_at, failing or int(not result.success)
