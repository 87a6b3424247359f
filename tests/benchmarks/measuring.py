"""Runs commands to their end and watches time, processor time and memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_EVERY = 0.1


@dataclass(frozen=True)
class Measured:
    """Wall seconds, processor seconds and peak memory (GB) of one or more commands with their children."""

    seconds: float = 0.0
    processor: float = 0.0
    gigabytes: float = 0.0

    def __add__(self, other: Measured) -> Measured:
        """One after the other."""
        return Measured(
            self.seconds + other.seconds,
            self.processor + other.processor,
            max(self.gigabytes, other.gigabytes),
        )


def measure(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path | None = None
) -> Measured:
    """Run a command in a folder and watch it; what it says is kept if `output` names a file.

    Raises:
        SystemExit: it failed; with the end of what it said.
    """
    started, before = time.monotonic(), _processor()
    with tempfile.TemporaryFile() as said:
        process = psutil.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        peak, ended = [0], threading.Event()
        watching = threading.Thread(target=_watch, args=(process, peak, ended))
        watching.start()
        process.wait()
        seconds = time.monotonic() - started
        ended.set()
        watching.join()
        said.seek(0)
        text = said.read()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{text.decode(errors='replace')[-3000:]}")
    if output is not None:
        output.write_bytes(text)
    return Measured(seconds, _processor() - before, peak[0] / 1e9)


def _watch(process: psutil.Popen, peak: list[int], ended: threading.Event) -> None:
    """Note the highest memory; seldom, since looking through all processes takes a while itself."""
    while not ended.wait(_EVERY):
        peak[0] = max(peak[0], _memory(process))


def _processor() -> float:
    """Processor seconds of all children that ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _memory(process: psutil.Popen) -> int:
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total
