"""The table of a trial: what was done, in which time, what went to the store and back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from tests.growing.door import Door, Passed

_MB = 1e6


@dataclass
class Row:
    """A line of it."""

    what: str
    seconds: float = 0.0
    runs: str = ""
    passed: Passed = field(default_factory=Passed)
    found: str = ""

    def __str__(self) -> str:
        moved = self.passed
        cells = (
            self.what, f"{self.seconds:.0f}", self.runs, str(moved.requests or ""),
            _mb(moved.sent), _mb(moved.fetched), self.found,
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


@dataclass
class Told:
    """The lines, and what is wrong."""

    door: Door | None = None
    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @contextmanager
    def row(self, what: str) -> Iterator[Row]:
        """A line for what is done in the block, told as it ends."""
        row, began = Row(what), time.monotonic()
        before = self._passed()
        print(f"{what} ...", flush=True)
        try:
            yield row
        finally:
            now = self._passed()
            row.seconds = time.monotonic() - began
            row.passed = Passed(
                now.requests - before.requests, now.sent - before.sent, now.fetched - before.fetched
            )
            self.rows.append(row)

    def refuse(self, row: Row, differing: list[str], whole: str) -> None:
        """What a comparison found: nothing, or what makes the trial fail."""
        row.found = whole if not differing else f"**{len(differing)} differ**: {', '.join(differing[:5])}"
        self.wrong += [f"{row.what}: {name}" for name in differing]

    def _passed(self) -> Passed:
        return replace(self.door.passed) if self.door else Passed()

    def __str__(self) -> str:
        head = "| what | s | runs | requests | MB sent | MB fetched | found |"
        return "\n".join([head, "|---|---:|---:|---:|---:|---:|---|", *map(str, self.rows)])


def _mb(count: int) -> str:
    return f"{count / _MB:.1f}" if count else ""
