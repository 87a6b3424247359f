"""One lock: whoever writes in a channel does so alone; the others wait and are told for whom.

The system frees a lock when its process ends, however it ends, so none is ever stale. A command holds it from
its first step to its last, so that it publishes what it built; a step that Dagster's pages launch holds it
for itself.
"""

from __future__ import annotations

import getpass
import json
import logging
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.base import progress
from orchestration.base.files import write_text

_LOCK, _HOLDER = ".lock", ".lock.json"
_LOOK_AGAIN = 1.0


@contextmanager
def only_one(folder: Path, doing: str) -> Iterator[None]:
    """Hold the right to write below `folder`, waiting until nobody else does.

    A thread that holds it may take it again. Who waits hears whom for: on the display of the run, and in
    the log `mobility`, which Dagster shows with the step.

    Args:
        folder: whose contents are guarded; made if it is not there.
        doing: what is being done, in words, for those who wait.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, is_singleton=True)  # counts for each thread of its own
    _acquire(lock, folder)
    try:
        if lock.lock_counter == 1:
            _sign(folder, doing)
        yield
    finally:
        if lock.lock_counter == 1:
            (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


def this_command() -> str:
    """What a person typed to start this process."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def _acquire(lock: FileLock, folder: Path) -> None:
    told = None
    timeout = 0.0
    while True:
        try:
            lock.acquire(timeout=timeout)
            return
        except Timeout:
            holder = _holder(folder)
        if holder != told:
            progress.of(progress.WAITING)(0, 1, holder)
            logging.getLogger("mobility").info("waiting for %s", holder)
            told = holder
        timeout = _LOOK_AGAIN


def _sign(folder: Path, doing: str) -> None:
    facts = {
        "who": getpass.getuser(),
        "process": os.getpid(),
        "doing": doing,
        "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
    }
    write_text(folder / _HOLDER, json.dumps(facts))


def _holder(folder: Path) -> str:
    """Who holds the lock; between taking it and saying so there is a moment."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        facts = json.loads((folder / _HOLDER).read_text(encoding="utf-8"))
        return f"{facts['who']}, process {facts['process']}, {facts['doing']}, since {facts['since']}"
    return "another process"
