"""`python -m tests.together HOME [--repetitions 20]`: pairs of commands at once; prints a table.

HOME is a home in which `mobility run --sample` ended well. Each repetition works on a copy of it whose lake
is empty, so that both commands have files to take in.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from orchestration.base.settings import Settings
from tests.together import both, findings, lake

RUN, INGEST = ("run", "--sample"), ("ingest", "--sample")
PAIRS = ((INGEST, INGEST), (RUN, RUN), (RUN, INGEST), (INGEST, RUN))
GAPS = (0.0, 6.0)


def main() -> int:
    """Exit code 1 if a repetition was not well."""
    parser = argparse.ArgumentParser(prog="python -m tests.together")
    parser.add_argument("home", type=Path)
    parser.add_argument("--repetitions", type=int, default=20, help="of each pair")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="without warehouse and releases too")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    expected = lake(Settings(home=options.home, channel="sample"))
    print("| first | second | repetitions | both ended well | one was told to wait | not well |")
    print("|---|---|---:|---:|---:|---|")
    bad = 0
    for first, second in PAIRS:
        well = told = 0
        wrong: list[str] = []
        for number in range(options.repetitions):
            gap = GAPS[number] if number < len(GAPS) else chance.uniform(0, 6)
            with tempfile.TemporaryDirectory(prefix="together-") as scratch:
                home = Path(scratch)
                _copied(options.home, home, fresh=options.fresh)
                said = both(home, first, second, gap)
                found = findings(Settings(home=home, channel="sample"), expected, said)
            well += not found
            told += any(one.waited_for() for one in said)
            wrong += found
        bad += len(wrong)
        print(
            f"| {' '.join(first)} | {' '.join(second)} | {options.repetitions} | {well} | {told} | "
            f"{'; '.join(wrong)[:300]} |",
            flush=True,
        )
    return int(bool(bad))


def _copied(given: Path, home: Path, *, fresh: bool) -> None:
    left_out = {"lake", "warehouse.duckdb", "warehouse.json", "releases", "candidates", "runs"}
    names = left_out if fresh else {"lake"}
    shutil.copytree(
        given / "sample", home / "sample", symlinks=True, ignore=lambda _, found: names & set(found)
    )


if __name__ == "__main__":
    sys.exit(main())
