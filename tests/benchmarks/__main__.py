"""`make bench`: time and memory of what a user runs, next to plain pandas; writes docs/benchmarks.md.

Every figure comes from a process of its own, its memory is the largest sum over the process and its
children. Run it on an idle machine. With the argument `acs` it measures the ACS microdata instead.
"""

from __future__ import annotations

import sys
import tempfile

from orchestration.base.settings import PROJECT_ROOT
from tests.benchmarks import acs
from tests.benchmarks.measuring import MOBILITY, Measured, measure

PAGE = PROJECT_ROOT / "docs" / "benchmarks.md"


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
    if "acs" in sys.argv[1:]:
        acs.main(sys.argv[1:])
    else:
        main()
