"""Whoever writes in a channel does so alone; the others wait and hear for whom."""

from __future__ import annotations

import getpass
import os
import queue
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.base import progress
from orchestration.base.locks import only_one
from tests.support.locks import held


@contextmanager
def waiting(folder: Path, heard: queue.Queue[str], held_now: threading.Event) -> Iterator[threading.Thread]:
    """A thread that takes the lock as soon as it may, and puts what it is told into `heard`."""

    def take() -> None:
        with (
            progress.shown_by(lambda step, done, total, what: heard.put(f"{step}: {what}")),
            only_one(folder, "mine"),
        ):
            held_now.set()

    thread = threading.Thread(target=take)
    thread.start()
    yield thread
    thread.join(60)
    assert held_now.is_set()


def test_a_second_process_waits_and_is_told_for_whom(tmp_path: Path) -> None:
    heard: queue.Queue[str] = queue.Queue()
    held_now = threading.Event()
    with held(tmp_path, "mobility run") as other, waiting(tmp_path, heard, held_now):
        told = heard.get(timeout=60)
        assert not held_now.is_set()
        assert re.fullmatch(
            rf"waiting: {re.escape(getpass.getuser())}, process {other.pid}, mobility run, "
            r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC",
            told,
        )
        assert other.stdin is not None
        other.stdin.close()
    assert heard.empty()  # told once


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with held(tmp_path) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert (tmp_path / ".lock.json").exists()  # what it said stays, and means nothing
    with only_one(tmp_path, "mine"):
        assert f'"process": {os.getpid()}' in (tmp_path / ".lock.json").read_text(encoding="utf-8")
    assert not (tmp_path / ".lock.json").exists()


def test_who_holds_it_may_take_it_again_and_another_thread_may_not(tmp_path: Path) -> None:
    heard: queue.Queue[str] = queue.Queue()
    held_now = threading.Event()
    with only_one(tmp_path, "outer"):
        with only_one(tmp_path, "inner"):
            pass
        thread = waiting(tmp_path, heard, held_now)
        thread.__enter__()
        assert "outer" in heard.get(timeout=60)
        assert not held_now.is_set()
    thread.__exit__(None, None, None)
