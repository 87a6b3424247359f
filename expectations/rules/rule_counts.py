"""The metric behind our expectations: what each part of a rule looked at, and what fails.

A part is a condition on the rows of a table (`table`, `where`, `fails`, `show`), and all of one table are
counted in one scan, or has queries of its own (`looked_at`, `failing`). SQL that fails is told of its part,
not raised: the parts beside it shall still be read in the report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

METRIC = "table.rule_counts"
_EXAMPLES = 5
_PRESENT = re.compile(r"(\w+) is not null")
Execute = Callable[[str], Any]


def holds(part: dict[str, Any]) -> bool:
    """Nothing fails, and enough was looked at."""
    looked_at = part["looked_at"]
    return part["failing"] == 0 and looked_at is not None and looked_at >= part["minimum"]


class RuleCounts(TableMetricProvider):
    """Counts of every part of a rule, with the first failing rows of those that fail."""

    metric_name = METRIC
    value_keys = ("parts",)

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> list[dict[str, Any]]:
        with execution_engine.get_connection() as connection:
            return counted(metric_value_kwargs["parts"], connection.exec_driver_sql)


def counted(parts: Sequence[dict[str, Any]], execute: Execute) -> list[dict[str, Any]]:
    """Each part with `looked_at`, `failing`, `minimum`, `examples` and `raised`, in their order."""
    try:
        counts = _counts(parts, execute)
    except Exception as problem:
        if len(parts) > 1:
            return [one for part in parts for one in counted([part], execute)]
        return [_part(parts[0], None, None, raised=_first_line(problem))]
    return [_with_examples(part, *found, execute) for part, found in zip(parts, counts, strict=True)]


def _counts(parts: Sequence[dict[str, Any]], execute: Execute) -> list[tuple[int, int]]:
    """What was looked at and what fails, a pair for each part."""
    found: dict[int, tuple[int, int]] = {}
    for table in dict.fromkeys(part.get("table") for part in parts):
        places = [at for at, part in enumerate(parts) if part.get("table") == table]
        columns = ", ".join(_columns(parts[at]) for at in places)
        row = execute(f"select {columns}" + (f" from {table}" if table else "")).fetchone()
        pairs = zip(row[::2], row[1::2], strict=True)
        found.update((at, (int(one), int(other))) for at, (one, other) in zip(places, pairs, strict=True))
    return [found[at] for at in range(len(parts))]


def _columns(part: dict[str, Any]) -> str:
    if part.get("table"):
        return f"{_looked_at(part['where'])}, count(*) filter (where {part['fails']})"
    return f"({part['looked_at']}), (select count(*) from ({part['failing']}))"


def _looked_at(where: str) -> str:
    """All rows, and values of a column, are counted without a condition that each row is asked."""
    if where == "true":
        return "count(*)"
    column = _PRESENT.fullmatch(where)
    return f"count({column[1]})" if column else f"count(*) filter (where {where})"


def _with_examples(part: dict[str, Any], looked_at: int, failing: int, execute: Execute) -> dict[str, Any]:
    if not failing:
        return _part(part, looked_at, failing)
    try:
        return _part(part, looked_at, failing, examples=examples(_failing_rows(part), execute))
    except Exception as problem:
        return _part(part, None, None, raised=_first_line(problem))


def _failing_rows(part: dict[str, Any]) -> str:
    if part.get("table"):
        return f"select {part['show']} from {part['table']} where {part['fails']}"
    return str(part["failing"])


def examples(sql: str, execute: Execute) -> list[dict[str, Any]]:
    """The first rows of a query in the order of all their columns: a run always shows the same ones."""
    result = execute(f"select * from ({sql}) order by all limit {_EXAMPLES}")
    names = list(result.keys())
    return [dict(zip(names, map(_plain, row), strict=True)) for row in result.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _part(
    part: dict[str, Any],
    looked_at: int | None,
    failing: int | None,
    *,
    raised: str | None = None,
    examples: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    return {
        "name": part["name"],
        "looked_at": looked_at,
        "failing": failing,
        "minimum": part["minimum"],
        "raised": raised,
        "examples": examples or [],
    }


def _first_line(problem: BaseException) -> str:
    said = str(getattr(problem, "orig", None) or problem)
    return said.splitlines()[0] if said else type(problem).__name__
