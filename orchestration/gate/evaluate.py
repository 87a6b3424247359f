"""Great Expectations judges the measured parts.

Each suite becomes one small dataframe: a column per expectation, two rows per part: how many cells
fail, and how many are short of the fewest that must have been looked at. Every one must be zero. An
expectation whose measurement raised has no column, so that Great Expectations raises on it as well.

Why not the tables themselves: Great Expectations takes 10 to 20 ms for an expectation however
small the table (docs/gate.md); 1,500 columns would take a minute and the examples would lack keys.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable
from typing import Any

from expectations.rules.expectation import Expectation
from orchestration.gate.measure import Measured
from orchestration.gate.verdict import Checked, Judged

_SEVERITY = {"error": "critical", "warning": "warning"}


def import_great_expectations() -> Any:
    """Great Expectations, without telemetry; the import takes some five seconds of one core."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations

    return great_expectations


def imported_ahead() -> threading.Thread:
    """The import, begun in a thread beside what the caller waits for meanwhile."""
    loading = threading.Thread(target=import_great_expectations, daemon=True)
    loading.start()
    return loading


class Evaluator:
    """One ephemeral context: a fresh one for each verdict."""

    def __init__(self) -> None:
        gx = import_great_expectations()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx = gx
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        # One definition for all suites: adding one takes 50 ms, a batch of another dataframe nothing.
        asset = self._context.data_sources.add_pandas("gate").add_dataframe_asset("measured")
        self._batches = asset.add_batch_definition_whole_dataframe("all")

    def judge(self, suite: str, measured: Measured) -> list[Judged]:
        """The verdict on every expectation of a suite, in their order."""
        if not measured:
            return []
        results = self._results(suite, measured)
        times = Counter(result.expectation_config.meta["rule"] for result in results)
        by_rule = {result.expectation_config.meta["rule"]: result for result in results}
        return [
            _judged(suite, one, parts, by_rule.get(one.rule) if times[one.rule] == 1 else None)
            for one, parts in measured
        ]

    def _results(self, suite: str, measured: Measured) -> list[Any]:
        import pandas as pd

        frame = pd.DataFrame(
            {one.rule: pd.Series(_cells(parts)) for one, parts in measured if _is_measured(parts)}
        )
        batch = self._batches.get_batch({"dataframe": frame})
        declared = self._gx.ExpectationSuite(
            name=suite, expectations=[self._expectation(one) for one, _ in measured]
        )
        return list(batch.validate(declared, result_format="BASIC").results)

    def _expectation(self, one: Expectation) -> Any:
        from great_expectations.expectations.metadata_types import FailureSeverity

        from orchestration.gate.all_zero import ExpectColumnValuesToBeZero

        return ExpectColumnValuesToBeZero(
            column=one.rule,
            severity=FailureSeverity(_SEVERITY[one.severity]),
            meta={"rule": one.rule},
        )


def _is_measured(parts: Iterable[Checked]) -> bool:
    return all(part.raised is None for part in parts)


def _cells(parts: list[Checked]) -> list[float]:
    """Failing cells and cells short of the minimum, for each part."""
    cells: list[float] = []
    for part in parts:
        assert part.failing is not None and part.looked_at is not None
        cells += [float(part.failing), float(max(0, part.minimum - part.looked_at))]
    return cells


def _judged(suite: str, one: Expectation, parts: list[Checked], result: Any) -> Judged:
    outcome, problem = _outcome(parts, result)
    return Judged(
        id=f"{suite}.{one.rule}",
        rule=one.rule,
        severity=one.severity,
        statement=one.statement,
        outcome=outcome,
        looked_at=sum(part.looked_at or 0 for part in parts),
        unexpected=sum(part.failing or 0 for part in parts),
        parts=parts,
        problem=problem,
    )


def _outcome(parts: list[Checked], result: Any) -> tuple[Any, str | None]:
    if result is None:
        return "not_evaluated", "Great Expectations did not give exactly one result"
    raised = next((f"{part.name}: {part.raised}" for part in parts if part.raised), None)
    if raised or result.exception_info.get("raised_exception", False) or not result.result:
        return "raised", raised or str(result.exception_info.get("exception_message"))
    seen = result.result["element_count"] - result.result["missing_count"]
    if seen != 2 * len(parts):
        return "not_evaluated", f"{seen} of {2 * len(parts)} numbers were evaluated"
    return ("passed" if result.success and all(part.holds for part in parts) else "failed"), None
