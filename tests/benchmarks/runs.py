"""Rows of whole runs: the shipped mirror to a release, and what a small change costs after it.

A row is a function of a desk (one side with its homes) and the number of the turn; it prepares what it needs,
and gives what only the work itself took.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT, SHIPPED_MIRROR
from tests.benchmarks.checkouts import Side
from tests.benchmarks.measuring import Measured

ARCHIVES = PROJECT_ROOT.parent / "shared" / "sources" / "agency" / "acs_pums" / "2018_1-Year"
FIVE_STATES = ("de", "mt", "nd", "vt", "wy")
_CHANGED_FILE = (
    "urban_published_2025/2025/09_employment/data/final/metrics_employment_county_gender_longitudinal.csv"
)
_CHANGED_MODEL = "economic_connectedness"


@dataclass
class Desk:
    """A side with its homes; what several rows need is made once."""

    side: Side
    kept: Path
    """Folder for files that both sides read."""
    done: set[str] = field(default_factory=set)

    def home(self, name: str) -> Path:
        """A home of this side."""
        return self.side.homes / name

    def run_all(self, home: Path, *options: str | Path) -> Measured:
        """`mobility run` to a published release."""
        return self.side.mobility("run", "--home", home, "--approver", "the benchmark", *options)

    def released(self) -> Path:
        """The home in which the rows after the first run work."""
        home = self.home("released")
        if not (home / "national" / "releases" / "current").exists():
            shutil.rmtree(home, ignore_errors=True)  # left by a run that failed
            self.run_all(home)
        return home

    def restored(self) -> Path:
        """That home as it was when this was asked for first, at the same place with the same times.

        Five states' archives and a changed model leave it built in parts; the rows before them do not.
        """
        home, aside = self.released(), self.home("aside")
        if aside.exists():
            shutil.rmtree(home)
        else:
            shutil.move(home, aside)
        shutil.copytree(aside, home, symlinks=True)
        return home


def fresh(desk: Desk, turn: int) -> Measured:
    """Shipped mirror to a published release, in a new home."""
    home = desk.home("released")
    shutil.rmtree(home, ignore_errors=True)
    return desk.run_all(home)


def unchanged(desk: Desk, turn: int) -> Measured:
    """The same again, nothing changed."""
    return desk.run_all(desk.released())


def changed_file(desk: Desk, turn: int) -> Measured:
    """One result file with another value in one cell, run to a published release."""
    home = desk.released()
    mirror = desk.side.homes / f"changed-{turn}"
    with gzip.open(SHIPPED_MIRROR / f"{_CHANGED_FILE}.gz", "rt", encoding="latin-1", newline="") as packed:
        header, *rows = csv.reader(packed)
    column, subgroup = header.index("share_employed"), header.index("subgroup")
    row = next(row for row in rows if row[subgroup] != "All" and row[column] not in ("", "NA"))
    row[column] = f"{float(row[column]) * (1 + (turn + 1) * 1e-9):.15g}"
    target = mirror / _CHANGED_FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", encoding="latin-1", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
    write_list(mirror)
    return desk.run_all(home, "--mirror", mirror)


def five_states(desk: Desk, turn: int) -> Measured | None:
    """Five states' person archives of 2018 into a home with a release, to their numbers and comparison.

    None if the agency's archives are not at hand.
    """
    mirror = desk.kept / "five-states"
    if not ARCHIVES.is_dir():
        return None
    if not (mirror / "MIRROR.csv").exists():
        for state in FIVE_STATES:
            target = mirror / "acs_pums" / "2018_1-Year" / f"csv_p{state}.zip"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ARCHIVES / target.name, target)
        write_list(mirror)
    home = desk.restored()
    taken = desk.side.mobility("ingest", "census_acs_pums", "--mirror", mirror, "--home", home)
    return taken + desk.side.mobility("build", *select(desk.side, "employment"), "--home", home)


def changed_metric(desk: Desk, turn: int) -> Measured:
    """One metric's model changed, and all its numbers with it, to its comparison with the published ones.

    On a home in which everything is built: what other rows left unfinished would be built with it.
    """
    home = desk.restored()
    folder = desk.side.root / "dbt_project" / "models" / "metrics" / _CHANGED_MODEL
    model = folder / f"{_CHANGED_MODEL}__values.sql"
    written = model.read_text(encoding="utf-8")
    try:
        other = f"value * {1 + (turn + 1) * 1e-12:.15g}"
        model.write_text(f"select * replace ({other} as value) from (\n{written}\n)\n", encoding="utf-8")
        return desk.side.mobility("build", *select(desk.side, _CHANGED_MODEL), "--home", home)
    finally:
        model.write_text(written, encoding="utf-8")


def select(side: Side, metric: str) -> Iterable[str]:
    """The option to build a metric alone, where the side has it."""
    has_it = (side.root / "orchestration" / "warehouse" / "selection.py").exists()
    return ("--select", metric) if has_it else ()


def help_of_the_command(desk: Desk, turn: int) -> Measured:
    """`mobility --help`."""
    return desk.side.mobility("--help")


def verify(desk: Desk, turn: int) -> Measured:
    """`mobility release verify`."""
    return desk.side.mobility("release", "verify", "--home", desk.released())


def show(desk: Desk, turn: int) -> Measured:
    """`mobility show 01003`."""
    return desk.side.mobility("show", "01003", "--home", desk.released())


def sample(desk: Desk, turn: int) -> Measured:
    """The invented state, every source and metric, to a published release."""
    home = desk.home("sample")
    shutil.rmtree(home, ignore_errors=True)
    return desk.run_all(home, "--sample")


def write_list(mirror: Path) -> None:
    """The list of a mirror folder, as every commit reads it."""
    paths = sorted(path for path in mirror.rglob("*") if path.is_file() and path.name != "MIRROR.csv")
    with (mirror / "MIRROR.csv").open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["path", "bytes", "sha256"])
        for path in paths:
            content = path.read_bytes()
            lines.writerow(
                [path.relative_to(mirror).as_posix(), len(content), hashlib.sha256(content).hexdigest()]
            )
