"""An expectation: what must hold, how severe it is, and how to count what was looked at and what fails.

Every part counts two things in SQL: the cells or rows it looked at, and those that fail. A part
that looked at fewer than its `minimum` fails too, so that nothing holds because nothing was there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Excuse:
    """A listed exception that keeps failing cells out of a part.

    `found` is SQL that counts the failing cells it excuses; the list says there are `cells`.
    """

    name: str
    found: str
    cells: int


@dataclass(frozen=True)
class Part:
    """One piece of an expectation, usually one column.

    Args:
        name: the piece, such as the column.
        counts: SQL that returns one row: looked at, failing.
        examples: SQL that returns the failing rows, their keys first.
        minimum: fewest cells that must have been looked at.
        excuses: the listed exceptions left out of `failing`.
    """

    name: str
    counts: str
    examples: str
    minimum: int = 1
    excuses: tuple[Excuse, ...] = ()


@dataclass(frozen=True)
class Expectation:
    """What must hold of one table. `rule` names it and is unique within its suite."""

    rule: str
    severity: Severity
    statement: str
    parts: tuple[Part, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the parts, mostly columns."""
        return tuple(part.name for part in self.parts)


def expect(rule: str, severity: Severity, statement: str, parts: Iterable[Part]) -> list[Expectation]:
    """The expectation as a list; empty if the table has nothing that the rule speaks of."""
    found = tuple(parts)
    return [Expectation(rule, severity, statement, found)] if found else []


def rows(
    name: str,
    table: str,
    failing: str,
    show: Sequence[str],
    *,
    where: str = "true",
    excuses: tuple[Excuse, ...] = (),
    excused: str = "false",
    minimum: int = 1,
) -> Part:
    """A part that looks at each row of a table where `where` holds and fails it where `failing` holds.

    `excused` is the condition under which a failing row is a listed exception.
    """
    fails = f"{where} and coalesce(({failing}), false) and not ({excused})"
    return Part(
        name,
        counts=f"select count(*) filter (where {where}), count(*) filter (where {fails}) from {table}",
        examples=f"select {', '.join(show)} from {table} where {fails}",
        minimum=minimum,
        excuses=excuses,
    )


def query(name: str, looked_at: str, failing: str, minimum: int = 1) -> Part:
    """A part with its own SQL: `looked_at` returns one number, `failing` the failing rows."""
    return Part(name, f"select ({looked_at}), (select count(*) from ({failing}))", failing, minimum)
