"""The expectation that Great Expectations evaluates on every measured column: all its numbers are zero.

Imports Great Expectations, which takes seconds: import this module only where a verdict is due.
"""

from __future__ import annotations

from typing import Any

from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


class ExpectColumnValuesToBeZero(ExpectColumnValuesToBeBetween):
    """`ExpectColumnValuesToBeBetween` 0 and 0, which keeps its configuration once it is written down.

    Great Expectations writes the configuration of an expectation down some 120 times for one evaluation,
    which is half of the time that it takes. Ours never change after they are declared.
    """

    min_value: Any = 0
    max_value: Any = 0
    _written_down: ExpectationConfiguration | None = PrivateAttr(default=None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """Column, bounds, severity and meta, as Great Expectations passes them around."""
        if self._written_down is None:
            self._written_down = super().configuration
        return self._written_down
