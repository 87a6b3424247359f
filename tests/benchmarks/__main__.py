"""`make bench`: an earlier commit and the tree side by side, in turns; writes docs/benchmarks.md.

    make bench                                       the main rows, three turns: some twenty minutes
    make bench ARGS="--rows fresh unchanged --times 5"
    make bench ARGS="--rows acs-one acs-five --times 1"      invented archives of national size
    make bench ARGS="--rows all --states 8"          everything, the nation as eight of its states
    make bench ARGS=--page                           the page anew from docs/benchmarks.csv

Every figure comes from processes of their own. Run it on an idle machine: ratios of two checkouts that run in
turns bear some load, seconds do not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT
from tests.benchmarks import checkouts, page
from tests.benchmarks.measuring import Measured
from tests.benchmarks.rows import MAIN, Row, rows
from tests.benchmarks.runs import Desk

KEPT = PROJECT_ROOT / "var" / "bench"


def main() -> None:
    """Measure the rows asked for and write the page."""
    asked = _asked()
    everything = rows(asked.states)
    chosen = [row for row in everything if row.key in asked.rows or "all" in asked.rows]
    figures = page.read()
    failed: list[str] = []
    if not asked.page:
        for folder in filter(None, (asked.kept, asked.scratch)):
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=asked.scratch) as scratch:
            sides = [checkouts.tree(Path(scratch))]
            if any("base" in row.sides for row in chosen):
                sides.insert(0, checkouts.base(asked.kept, Path(scratch), asked.base))
            desks = [Desk(side, asked.kept) for side in sides]
            for row in chosen:
                started = time.monotonic()
                try:
                    figures |= _measured(row, desks, asked.times)
                except (SystemExit, OSError, subprocess.CalledProcessError) as problem:
                    # The others are measured all the same.
                    failed.append(row.key)
                    print(f"{row.key}: {problem}", flush=True)
                page.write(figures, everything, asked.base)
                print(f"{row.key:<15} took {(time.monotonic() - started) / 60:.1f} minutes", flush=True)
    page.write(figures, everything, asked.base)
    print(f"written: {page.PAGE.relative_to(PROJECT_ROOT)}")
    if failed:
        sys.exit(f"not measured, their command failed: {', '.join(failed)}")


def _measured(row: Row, desks: list[Desk], times: int) -> dict[tuple[str, str], page.Figure]:
    """The figures of a row: the sides in turns, so that a machine that slows down slows both."""
    turns: dict[str, list[Measured]] = {desk.side.name: [] for desk in desks if desk.side.name in row.sides}
    for turn in range(times):
        for desk in desks:
            if desk.side.name not in turns:
                continue
            desk.side.homes.mkdir(parents=True, exist_ok=True)
            measured = row.work(desk, turn)
            if measured is None:
                print(f"{row.key}: left out, what it needs is not here", flush=True)
                return {}
            turns[desk.side.name].append(measured)
            print(
                f"{row.key:<15} {desk.side.name:<5} {measured.seconds:8.1f} s {measured.processor:8.1f} s of"
                f" the processor {measured.gigabytes:6.2f} GB",
                flush=True,
            )
    commits = {desk.side.name: desk.side.commit for desk in desks}
    return {
        (row.key, side): page.figure(row, side, commits[side], measured) for side, measured in turns.items()
    }


def _asked() -> argparse.Namespace:
    keys = [row.key for row in rows(None)]
    asked = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--rows", nargs="+", choices=[*keys, "all"], default=list(MAIN), metavar="ROW")
    asked.add_argument("--times", type=int, default=3, help="turns of each side; their median counts")
    asked.add_argument("--base", default=checkouts.BASE, help="the earlier commit")
    asked.add_argument("--states", type=int, help="of acs-one and acs-five: so many states, not the nation")
    asked.add_argument("--page", action="store_true", help="measure nothing, write the page")
    asked.add_argument(
        "--kept", type=Path, default=Path(os.environ.get("MOBILITY_BENCH") or KEPT),
        help="folder that stays: the earlier checkout, invented archives",
    )  # fmt: skip
    asked.add_argument("--scratch", type=Path, help="folder for homes, which go at the end")
    given = asked.parse_args()
    if shutil.which("git") is None:
        asked.error("git is needed for the earlier checkout")
    return given


if __name__ == "__main__":
    main()
