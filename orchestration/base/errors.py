"""The one error a user of `mobility` can cause, and how it is told.

Every error that a person can provoke (a broken file, a refused gate, a full disk) is a
`MobilityError`: it names where, what was expected, what was found and what to do next.
The command prints it without a traceback; Dagster shows it as the step's failure.
"""

from __future__ import annotations

import re

# How the system, SQLite and DuckDB say that a disk is full or cannot be written.
_DISK = re.compile(
    r"No space left on device|Disk quota exceeded|File too large|Read-only file system|Permission denied"
    r"|database or disk is full|attempt to write a readonly database|unable to open database file"
    r"|disk I/O error"
)


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


def disk_error(said: str, where: str) -> MobilityError | None:
    """The error of a full or unwritable disk, if that is what something else says; else None.

    Dagster and dbt keep files of their own beside ours, and tell of such a disk by a traceback.
    """
    found = _DISK.search(said)
    if found is None:
        return None
    return MobilityError(
        "The disk is full or cannot be written.",
        where=where,
        expected="a folder that can be written, with room for what the command makes",
        found=found.group(),
        remedy="make room or mend the permissions, then give the same command again",
    )
