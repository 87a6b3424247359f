"""`make bench`: time and memory of what a user runs, next to plain pandas; writes docs/benchmarks.md.

Every figure comes from a process of its own, its memory is the largest sum over the process and its
children. Run it on an idle machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import psutil

from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "benchmarks.md"
MOBILITY = [sys.executable, "-m", "orchestration.cli"]


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak memory (GB) of one command."""

    what: str
    limit: str
    seconds: float
    gigabytes: float


def measure(what: str, limit: str, command: list[str]) -> Measured:
    """Run a command to its end and watch it."""
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
    measured = Measured(what, limit, time.monotonic() - started, peak / 1e9)
    print(f"{what:<58}{measured.seconds:8.1f} s {measured.gigabytes:6.2f} GB  (limit {limit})", flush=True)
    return measured


def _memory(process: psutil.Popen) -> int:
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def page(rows: list[Measured]) -> str:
    """The figures as a page."""
    table = "\n".join(
        f"| {row.what} | {row.seconds:.1f} | {row.gigabytes:.2f} | {row.limit} |" for row in rows
    )
    return (
        "# Benchmarks\n\n"
        "Written by `make bench` on a machine with 2 cores and 24 GB. Memory is the peak of the process\n"
        "and its children. The pandas script (`tests/benchmarks/plain_pandas.py`) reads and joins the same\n"
        "result files onto the frame and writes the wide tables as CSV: no checks, no long table, no\n"
        "provenance, no release.\n\n"
        "| work | seconds | GB | limit |\n|---|---:|---:|---|\n" + table + "\n"
    )


def main() -> None:
    """Measure everything and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        home = ["--home", folder, "--approver", "the benchmark"]
        rows = [
            measure("`mobility --help`", "0.3 s", [*MOBILITY, "--help"]),
            measure(
                "default run, shipped mirror to a published release", "75 s, 4 GB", [*MOBILITY, "run", *home]
            ),
            measure("the same again, nothing changed", "20 s", [*MOBILITY, "run", *home]),
            measure("`mobility release verify`", "", [*MOBILITY, "release", "verify", "--home", folder]),
            measure("`mobility show 01003`", "", [*MOBILITY, "show", "01003", "--home", folder]),
            measure("sample run, every source and metric", "90 s", [*MOBILITY, "run", "--sample", *home]),
            measure(
                "plain pandas: read and join the same files",
                "",
                [sys.executable, "-m", "tests.benchmarks.plain_pandas", folder],
            ),
        ]
    PAGE.write_text(page(rows), encoding="utf-8", newline="\n")
    print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")


if __name__ == "__main__":
    main()
