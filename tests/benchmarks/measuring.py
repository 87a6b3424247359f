"""Runs a command to its end and watches time and memory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import psutil

from orchestration.base.settings import PROJECT_ROOT

MOBILITY = [sys.executable, "-m", "orchestration.cli"]


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak memory (GB) of one command."""

    what: str
    limit: str
    seconds: float
    gigabytes: float


def measure(what: str, limit: str, command: list[str], *, show: bool = False) -> Measured:
    """Run a command to its end and watch it; `show` what it printed."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = psutil.Popen(command, cwd=PROJECT_ROOT, stdout=output, stderr=subprocess.STDOUT)
        peak = 0
        while process.poll() is None:
            peak = max(peak, _memory(process))
            time.sleep(0.05)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{what} failed:\n{output.read().decode(errors='replace')[-3000:]}")
        output.seek(0)
        said = output.read().decode(errors="replace")
    if show:
        print(said, flush=True)
    measured = Measured(what, limit, time.monotonic() - started, peak / 1e9)
    print(f"{what:<58}{measured.seconds:8.1f} s {measured.gigabytes:6.2f} GB  (limit {limit})", flush=True)
    return measured


def quiet_table(rows: list[tuple[object, ...]]) -> None:
    """Rows as plain lines."""
    for row in rows:
        print("  ".join(str(cell) for cell in row), flush=True)


def _memory(process: psutil.Popen) -> int:
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total
