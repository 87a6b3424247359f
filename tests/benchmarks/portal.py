"""The portal's bulk file of 1 GB beside pandas: `python -m tests.benchmarks.portal [TIMES]`.

The file of enrolment is invented, with the portal's columns: 19.6 million rows, one in eleven for all grades
together. Both sides keep those rows and count pupils; they run in turn, in processes of their own.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb

from tests.benchmarks.measuring import Measured, measure

ROWS = 19_600_000

OURS = """
import sys
from pathlib import Path
from orchestration.sources.portal_schools import SOURCE, parse
file = next(file for file in SOURCE.files if file.tables == ("bulk_enrollment",))
kept = pupils = 0
for _, _, rows in parse(file, Path(sys.argv[1])):
    kept += rows.num_rows
    pupils += sum(int(one) for one in rows.column("enrollment").to_pylist())
print(kept, pupils)
"""
PANDAS = """
import sys
import pandas as pd
rows = pd.read_csv(sys.argv[1], dtype={"ncessch": str, "leaid": str, "fips": str})
rows = rows[rows.grade == 99]
print(len(rows), rows.enrollment.sum())
"""


def main() -> None:
    """Print a table in Markdown; both sides must find the same."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "schools_ccd_enrollment_2021.csv"
        _write(path)
        print(f"{path.stat().st_size / 1e9:.2f} GB, {ROWS:,} rows, {times} times in turn, medians\n")
        found: dict[str, list[Measured]] = {"ours": [], "pandas": []}
        said: dict[str, str] = {}
        for _ in range(times):
            for name, program in (("ours", OURS), ("pandas", PANDAS)):
                told = Path(scratch) / name
                command = [sys.executable, "-c", program, str(path)]
                found[name].append(measure(command, Path.cwd(), dict(os.environ), told))
                said[name] = told.read_text(encoding="utf-8")
        if said["ours"] != said["pandas"]:
            raise SystemExit(f"not the same: {said}")
    print("| side | s | processor s | peak GB |\n|---|---:|---:|---:|")
    for name, runs in found.items():
        seconds, processor, memory = (
            statistics.median(getattr(run, part) for run in runs)
            for part in ("seconds", "processor", "gigabytes")
        )
        print(f"| {name} | {seconds:.1f} | {processor:.1f} | {memory:.2f} |")


def _write(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select 2021 as year, lpad((i // 196)::varchar, 12, '0') as ncessch,
                    lpad((i // 1960)::varchar, 9, '0') as ncessch_num,
                    case when i % 11 = 0 then 99 else i % 11 end as grade, i % 7 + 1 as race,
                    case when i % 28 < 14 then 1 else 2 end as sex, hash(i) % 400 as enrollment,
                    lpad((1 + i // 400000)::varchar, 2, '0') as fips,
                    lpad((i // 19600)::varchar, 7, '0') as leaid
                from range({ROWS}) as t (i)
            ) to '{path}' (header, delimiter ',')"""
        )


if __name__ == "__main__":
    main()
