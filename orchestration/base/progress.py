"""Who is told how far a run is: a display for people, plain lines, or nobody.

The long functions take a `progress` callable. Between the command, which owns the terminal, and
these functions stands Dagster; a context variable spares every asset from handing a display through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

Progress = Callable[[int, int, str], None]
Display = Callable[[str, int, int, str], None]
WAITING = "waiting"
"""The step of a run that waits for another process; `what` says for whom."""


def _nobody(step: str, done: int, total: int, what: str) -> None:
    """Show nothing."""


_display: ContextVar[Display] = ContextVar("display", default=_nobody)
_counts: ContextVar[Counter[str]] = ContextVar("counts")


@contextmanager
def shown_by(display: Display) -> Iterator[None]:
    """While the block runs, `display(step, done, total, what)` hears of every piece of work."""
    token = _display.set(display)
    _counts.set(Counter())
    try:
        yield
    finally:
        _display.reset(token)


def of(step: str) -> Progress:
    """The progress callable for one step of a run."""
    return partial(_display.get(), step)


def one_more(step: str, total: int, what: str) -> None:
    """Tell of one piece of a step whose pieces are worked through by several callers."""
    counts = _counts.get(Counter())
    counts[step] += 1
    _display.get()(step, counts[step], total, what)
