"""`make bench ARGS=acs`: archives of national size, written and taken in; writes docs/benchmarks-acs.md.

The archives (`acs_archives`) are kept below the folder of `MOBILITY_BENCH`, if it is set, because
writing them takes longer than what is measured. `five` as second argument adds the five-year files.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.benchmarks import acs_archives
from tests.benchmarks.measuring import MOBILITY, Measured, measure

PAGE = PROJECT_ROOT / "docs" / "benchmarks-acs.md"
VINTAGES = {"one": ("2021-1yr",), "five": ("2021-1yr", "2021-5yr")}
LIMITS = {"2021-1yr": "60 s, 3 GB", "2021-5yr": "300 s, 3 GB"}
SIZES = {
    "2021-1yr": "3.3 million persons, 1.5 million homes",
    "2021-5yr": "16 million persons, 7.3 million homes",
}


def archives(folder: Path, vintage: str) -> Path:
    """The mirror folder of a vintage's national archives, written if it is not there."""
    mirror = folder / vintage
    if not (mirror / "MIRROR.csv").exists():
        print(f"writing the archives of {vintage} ...", flush=True)
        acs_archives.write(mirror, vintage)
    return mirror


def page(rows: list[Measured]) -> str:
    """The figures as a page."""
    table = "\n".join(f"| {r.what} | {r.seconds:.1f} | {r.gigabytes:.2f} | {r.limit} |" for r in rows)
    return (
        "# Benchmarks of the ACS microdata\n\n"
        "Written by `make bench ARGS=acs`. The archives are invented, in the official layout and of\n"
        "national size, with 80 replicate weights; memory is the peak of the process and its children.\n\n"
        "| work | seconds | GB | limit |\n|---|---:|---:|---|\n" + table + "\n"
    )


def main(arguments: list[str]) -> None:
    """Measure how archives become Parquet, and write the page."""
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(os.environ.get("MOBILITY_BENCH") or scratch)
        rows = []
        for vintage in VINTAGES["five" if "five" in arguments else "one"]:
            mirror = archives(kept, vintage)
            home = Path(scratch) / f"home-{vintage}"
            command = [*MOBILITY, "ingest", "census_acs_pums", "--mirror", str(mirror), "--home", str(home)]
            rows.append(measure(f"zip to Parquet, {vintage}: {SIZES[vintage]}", LIMITS[vintage], command))
            rows.append(measure(f"the same again, nothing changed, {vintage}", "", command))
    PAGE.write_text(page(rows), encoding="utf-8", newline="\n")
    print(f"written: {PAGE.relative_to(PROJECT_ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
