"""Opens a release with the programs that people use, and looks whether the codes of areas are right.

    python -m tests.benchmarks.readers [RELEASE] [--scratch FOLDER]

Each Python package gets a virtual environment of its own with the version named here; R (data.table) and
LibreOffice are used where they are installed. Of each reader the table tells its version, what it read, and
whether the codes are those of the release: `geoid` where the reader is told or knows types, `geoidfq` where
it guesses.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import Settings

_WIDE = "11_mobility-metrics_county_longitudinal"
_TELL = "\nimport json; print(json.dumps([version, sorted(set(codes)), guessed]))"
_DUCKDB = (
    """
import duckdb
version = duckdb.__version__
with duckdb.connect('mobility.duckdb', read_only=True) as c:
    codes = [row[0] for row in c.execute('select geoid from county').fetchall()]
    c.execute("select * from metric('share_employed') limit 1").fetchall()
guessed = duckdb.connect().execute("select min(geoidfq) from read_csv('csv/WIDE.csv')").fetchall()[0][0]
"""
    + _TELL
)
_PYTHON = {
    "duckdb 1.2": ("duckdb==1.2.2", _DUCKDB),
    "duckdb 1.5": ("duckdb==1.5.6", _DUCKDB),
    "duckdb 2.0": ("duckdb==2.0.1", _DUCKDB),
    "pandas": (
        "pandas==3.1.1 pyarrow",
        """
import pandas as pd
version = pd.__version__
codes = pd.read_parquet('parquet/WIDE.parquet')['geoid']
guessed = pd.read_csv('csv/WIDE.csv', low_memory=False)['geoidfq'].min()
"""
        + _TELL,
    ),
    "polars": (
        "polars==2.1.0",
        """
import polars as pl
version = pl.__version__
codes = pl.read_parquet('parquet/WIDE.parquet')['geoid']
guessed = pl.read_csv('csv/WIDE.csv', infer_schema_length=None)['geoidfq'].min()
"""
        + _TELL,
    ),
    "pyarrow": (
        "pyarrow",
        """
import pyarrow as pa, pyarrow.csv, pyarrow.parquet as pq
version = pa.__version__
codes = pq.read_table('parquet/WIDE.parquet', columns=['geoid'])['geoid'].to_pylist()
guessed = min(pa.csv.read_csv('csv/WIDE.csv')['geoidfq'].to_pylist())
"""
        + _TELL,
    ),
}
_R = """
library(data.table)
t <- fread("csv/WIDE.csv", showProgress = FALSE)
fixed <- fread("csv/WIDE.csv", select = "geoid", colClasses = list(character = "geoid"), showProgress = FALSE)
codes <- sort(unique(fixed$geoid))
cat(sprintf('["%s", ["%s"], "%s"]', packageVersion("data.table"), paste(codes, collapse = '", "'),
    min(t$geoidfq)))
"""


@dataclass(frozen=True)
class Seen:
    """What one reader made of a release."""

    reader: str
    version: str
    areas: int
    right: bool
    guessed: str


def main() -> int:
    """Run every reader that there is and print the table; 1 if one of them has a wrong code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("release", nargs="?", type=Path, default=Settings().releases_dir / "current")
    asked.add_argument("--scratch", type=Path, help="where environments are made and kept")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        seen = _all(given.release.resolve(), given.scratch or Path(temporary))
    print("| reader | version | areas | geoid | geoidfq, guessed |\n|---|---|---:|---|---|")
    for one in seen:
        word = "right" if one.right else "WRONG"
        print(f"| {one.reader} | {one.version} | {one.areas:,} | {word} | {one.guessed} |")
    return 0 if all(one.right for one in seen) else 1


def _all(release: Path, scratch: Path) -> list[Seen]:
    import pyarrow.parquet as pq

    truth = sorted(
        set(pq.read_table(release / "parquet" / f"{_WIDE}.parquet", columns=["geoid"])["geoid"].to_pylist())
    )
    seen = []
    for reader, (packages, code) in _PYTHON.items():
        python = _environment(scratch / reader.replace(" ", "-"), packages)
        seen.append(_judged(reader, truth, _said(release, [python, "-c", code.replace("WIDE", _WIDE)])))
    if shutil.which("Rscript"):
        said = _said(release, ["Rscript", "-e", _R.replace("WIDE", _WIDE)])
        seen.append(_judged("R data.table", truth, said))
    office = shutil.which("soffice") or shutil.which("localc")
    if office:
        seen.append(_judged("LibreOffice", truth, _by_office(office, release, scratch / "office")))
    return seen


def _environment(folder: Path, packages: str) -> str:
    """The interpreter of an environment with these packages."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages.split()], check=True)
    return str(python)


def _said(folder: Path, command: list[str]) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else json.dumps(["failed", [], done.stderr[-200:]])


def _by_office(office: str, release: Path, scratch: Path) -> str:
    """The CSV as a spreadsheet that guesses every type writes it again."""
    scratch.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation=file://{scratch / 'profile'}"
    source = release / "csv" / f"{_WIDE}.csv"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(scratch), str(source)],
        check=True,
        capture_output=True,
    )
    version = subprocess.run([office, "--version"], capture_output=True, text=True, check=True).stdout.split()
    from python_calamine import CalamineWorkbook

    header, *rows = CalamineWorkbook.from_path(scratch / f"{_WIDE}.xlsx").get_sheet_by_index(0).to_python()
    full = [str(row[header.index("geoidfq")]) for row in rows]
    return json.dumps([version[1], sorted({code.removeprefix("0500000US") for code in full}), min(full)])


def _judged(reader: str, truth: list[str], said: str) -> Seen:
    version, codes, guessed = json.loads(said)
    right = codes == truth and guessed == f"0500000US{truth[0]}"
    return Seen(reader, version, len(codes), right, str(guessed))


if __name__ == "__main__":
    sys.exit(main())
