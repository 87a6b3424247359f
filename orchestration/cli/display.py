"""How far a run is: moving bars on a terminal, one plain line per step elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

from orchestration.base.progress import WAITING

STEPS = {
    "sources": "sources into the lake",
    "warehouse": "models and tests",
    "candidate": "candidate",
    "gate": "gate",
    "release": "release",
}


class PlainDisplay:
    """A line when a step starts and one when it ends, for logs and pipes."""

    def __init__(self) -> None:
        self._step: str | None = None
        self._started = 0.0
        self._last = ""

    def __enter__(self) -> PlainDisplay:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        self._end("stopped" if kind else "done")

    def __call__(self, step: str, done: int, total: int, what: str) -> None:
        """Hear of one piece of work."""
        if step == WAITING:
            _line(f"waiting for {what}")
            return
        if step != self._step:
            self._end("done")
            self._step, self._started = step, time.monotonic()
            _line(f"{STEPS.get(step, step)} ...")
        self._last = f"{done} of {total}" if total > 1 else what

    def _end(self, how: str) -> None:
        if self._step:
            seconds = time.monotonic() - self._started
            _line(f"{STEPS.get(self._step, self._step)}: {how}, {self._last} ({seconds:.1f} s)")
        self._step = None


class RichDisplay:
    """A bar per step, with what it works on."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
        )

        # The console keeps the terminal's own stream: stderr is sent to the log while Dagster runs.
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[what]}"),
            console=Console(file=sys.stderr),
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> RichDisplay:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int, what: str) -> None:
        """Hear of one piece of work."""
        if step == WAITING:
            self._progress.console.print(f"waiting for {what}", highlight=False, markup=False)
            return
        if step not in self._tasks:
            self._finish_all()
            self._tasks[step] = self._progress.add_task(STEPS.get(step, step), total=total, what=what)
        self._progress.update(self._tasks[step], completed=done, total=total, what=what[:60])

    def _finish_all(self) -> None:
        for task in self._tasks.values():
            total = self._progress.tasks[task].total
            self._progress.update(task, completed=total, what="")


def display() -> PlainDisplay | RichDisplay:
    """The display that fits where the output goes."""
    return RichDisplay() if sys.stderr.isatty() else PlainDisplay()


def _line(text: str) -> None:
    print(text, file=sys.__stderr__, flush=True)
