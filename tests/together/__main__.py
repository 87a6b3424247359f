"""`python -m tests.together HOME [--repetitions 20]`: pairs of commands at once; prints a table.

HOME is a home in which `mobility run --sample` ended well. Each repetition works on a copy of it whose lake
lacks some sources, drawn anew each time, so that both commands have files to take in.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from orchestration.base.settings import Settings
from tests.together import both, findings, lake

RUN, INGEST = ("run", "--sample"), ("ingest", "--sample")
PAIRS = ((INGEST, INGEST), (RUN, RUN), (RUN, INGEST), (INGEST, RUN))
GAPS = (0.0, 6.0)
LEFT_OUT = {"lake", "warehouse.duckdb", "warehouse.json", "releases", "candidates", "runs"}


def main() -> int:
    """Exit code 1 if a repetition was not well."""
    parser = argparse.ArgumentParser(prog="python -m tests.together")
    parser.add_argument("home", type=Path)
    parser.add_argument("--repetitions", type=int, default=20, help="of each pair")
    parser.add_argument(
        "--pairs", type=int, nargs="*", default=range(1, len(PAIRS) + 1), help="rows of the table"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lacking", type=int, default=5, help="sources that the lake lacks each time")
    parser.add_argument("--fresh", action="store_true", help="without lake, warehouse and releases")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    sources = sorted(path.name for path in (options.home / "sample" / "lake").iterdir() if path.is_dir())
    expected = lake(Settings(home=options.home, channel="sample"))
    print("| first | second | repetitions | both ended well | one was told to wait | not well |")
    print("|---|---|---:|---:|---:|---|")
    bad = 0
    for first, second in (PAIRS[row - 1] for row in options.pairs):
        well = told = 0
        wrong: list[str] = []
        for number in range(options.repetitions):
            gap = GAPS[number] if number < len(GAPS) else chance.uniform(0, 6)
            with tempfile.TemporaryDirectory(prefix="together-") as scratch:
                home = Path(scratch)
                lacking = chance.sample(sources, min(options.lacking, len(sources)))
                _copied(options.home, home, LEFT_OUT if options.fresh else {f"lake/{one}" for one in lacking})
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


def _copied(given: Path, home: Path, left_out: Collection[str]) -> None:
    channel = given / "sample"

    def unwanted(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if str((Path(folder) / name).relative_to(channel)) in left_out}

    shutil.copytree(channel, home / "sample", symlinks=True, ignore=unwanted)


if __name__ == "__main__":
    sys.exit(main())
