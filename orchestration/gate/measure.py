"""Measuring an expectation: DuckDB counts, part by part, what was looked at and what fails."""

from __future__ import annotations

import duckdb

from expectations.rules.exceptions import exceptions_in_use
from expectations.rules.expectation import Expectation, Part
from orchestration.gate.verdict import Checked
from orchestration.gate.workbench import Workbench

Measured = list[tuple[Expectation, list[Checked]]]


def measure(workbench: Workbench, expectations: list[Expectation]) -> Measured:
    """Every expectation with its measured parts; SQL that fails is recorded, not raised."""
    return [(one, [_part(workbench, part) for part in one.parts]) for one in expectations]


def with_exceptions(declared: list[Expectation]) -> list[Expectation]:
    """The declared expectations, and that their listed exceptions are still in use."""
    return [*declared, *exceptions_in_use(declared)]


def _part(workbench: Workbench, part: Part) -> Checked:
    try:
        looked_at, failing = (int(count) for count in workbench.one(part.counts))
        examples = workbench.examples(part.examples) if failing else []
    except (duckdb.Error, ValueError, TypeError) as problem:
        first_line = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        return Checked(part.name, None, None, part.minimum, raised=first_line)
    return Checked(part.name, looked_at, failing, part.minimum, examples=examples)
