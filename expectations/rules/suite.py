"""Suites of Great Expectations, made of what a table's rules declare."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.core import ExpectationSuite

from expectations.rules.exceptions import exceptions_in_use
from expectations.rules.expectation import Expectation, part_names


def suite_of(name: str, declared: Sequence[Expectation]) -> ExpectationSuite:
    """A suite of these expectations and one more, that their listed exceptions are in use.

    It is complete or not at all: Great Expectations leaves out silently what it cannot configure.

    Raises:
        ValueError: it left something out, or a rule says the same thing twice.
    """
    declared = [*declared, *exceptions_in_use(declared)]
    said = [((one.meta or {}).get("rule", ""), part) for one in declared for part in part_names(one)]
    twice = sorted({one for one in said if said.count(one) > 1})
    if twice:
        raise ValueError(f"it declares a rule twice: {twice[0][0]}, {twice[0][1]}")
    suite = ExpectationSuite(name=name, expectations=declared)
    if len(suite.expectations) != len(declared):
        raise ValueError(f"{len(declared) - len(suite.expectations)} expectations cannot be configured")
    return suite
