"""The one error a user of `mobility` can cause, and how it is told.

Every error that a person can provoke (a broken file, a refused gate, a full disk) is a
`MobilityError`: it names where, what was expected, what was found and what to do next.
The command prints it without a traceback; Dagster shows it as the step's failure.
"""

from __future__ import annotations


class MobilityError(Exception):
    """An error with a place, an expectation, a finding and a remedy.

    Args:
        problem: one sentence, what went wrong.
        where: file, and row or column if known.
        expected: what should have been there.
        found: what was there.
        remedy: what to do next.
    """

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        found: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.problem, self.where = problem, where
        self.expected, self.found, self.remedy = expected, found, remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        """The error as lines of text, one fact a line."""
        lines = [self.problem]
        for label, text in (
            ("where", self.where),
            ("expected", self.expected),
            ("found", self.found),
            ("to do", self.remedy),
        ):
            if text:
                lines.append(f"  {label + ':':<10}{text}")
        return "\n".join(lines)
