"""A process of dbt that imports dbt and reads the project while ours makes ready what else a build needs.

It is ended after the command that writes the warehouse: dbt keeps DuckDB's file open. No command depends on
it: where none is at hand, or the project changed since it was read, dbt starts or reads as ever
(docs/decisions/0100).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from orchestration.base.processes import ends_with_us
from orchestration.base.settings import PROJECT_ROOT
from orchestration.warehouse import dbt_process


class AtHand:
    """It is given a command, then read, waited for and killed as a process of that command would be."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ends_with_us([sys.executable, "-m", dbt_process.__name__]),
            cwd=PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            process_group=0,  # Ctrl-C at the terminal is for the command, which takes this one along
        )
        self._unheard = 0
        self._code: int | None = None
        self._is_last = False

    @property
    def is_dead(self) -> bool:
        """Whether it ended without being told to."""
        return self._process.poll() is not None

    def order(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], mark: str, *, last: bool
    ) -> None:
        """Give it a command, the last one or not; `mark` tells apart what dbt reads of changed projects."""
        given = {
            "arguments": [*arguments],
            "folder": str(folder),
            "environment": {**environment},
            "mark": mark,
        }
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it died: whoever reads it finds no exit code
            self._process.stdin.write(json.dumps(given) + "\n")
            self._process.stdin.flush()
        self._unheard += 1
        self._is_last = last

    @property
    def stdout(self) -> Iterator[str]:
        """What it tells of the command given last."""
        assert self._process.stdout is not None
        self._code = None
        for line in self._process.stdout:
            code = _code(line)
            if code is None and self._unheard == 1:
                yield line
            elif code is not None:
                self._unheard -= 1
                if not self._unheard:
                    self._code = code
                    return

    def wait(self) -> int:
        """The exit code of the command given last."""
        return self._process.wait() if self._code is None else self._code

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def end(self) -> None:
        """Let it go; what it still does is of no use any more."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> AtHand:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_last:
            self.end()


def _code(line: str) -> int | None:
    with suppress(ValueError):
        found = json.loads(line)
        if isinstance(found, dict) and found.keys() == {"code"}:
            return int(found["code"])
    return None


_at_hand: ContextVar[list[AtHand]] = ContextVar("at_hand")


@contextmanager
def started() -> Iterator[AtHand]:
    """While this is open, a process is at hand."""
    process = AtHand()
    token = _at_hand.set([process])
    try:
        yield process
    finally:
        _at_hand.reset(token)
        process.end()


def take(*, last: bool) -> AtHand | None:
    """The process at hand, if there is one; after the last command there is none."""
    processes = _at_hand.get([])
    if not processes or processes[-1].is_dead:
        return None
    return processes.pop() if last else processes[-1]
