"""Rows of the survey engine: invented archives in the official layout, from the zip to values.

Archives are written once (`acs_archives`) into a folder that stays. Every turn begins with a home that has
frame, crosswalks and income limits, but no records.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestration.base.states import NATION, STATES
from tests.benchmarks import acs_archives
from tests.benchmarks.acs_plain import METRICS
from tests.benchmarks.measuring import Measured
from tests.benchmarks.runs import Desk

ONE_YEAR, FIVE_YEAR = "2021-1yr", "2021-5yr"
SLICE_STATE = "mn"
YEARS = ("2021-1yr", "2019-1yr", "2018-1yr", "2017-1yr", "2016-1yr", "2015-1yr", "2014-1yr", "2022-1yr")
# Earlier commits have the function elsewhere.
_FILL = """
import sys
from pathlib import Path
try:
    from tests.benchmarks.acs_limits import fill
except ImportError:
    from tests.benchmarks.acs import _fill_with_the_rest as fill
fill(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def nation(desk: Desk, vintage: str, states: int | None) -> Measured:
    """Zip to long table: both archives of the nation, or those of the first `states` states."""
    postals = (NATION,) if states is None else some_states(states)
    return _zip_to_values(desk, [(vintage, postals)])


def one_state(desk: Desk) -> Measured:
    """One state's five-year files, zip to the values of five metrics."""
    return _zip_to_values(desk, [(FIVE_YEAR, (SLICE_STATE,))], METRICS)


def no_state(desk: Desk) -> Measured:
    """The same without any record: dbt, frame, crosswalks."""
    return _zip_to_values(desk, [], METRICS)


def curve_of_states(desk: Desk, states: int) -> Measured:
    """One-year files of so many states, a pair of archives each."""
    return _zip_to_values(desk, [(ONE_YEAR, some_states(states))])


def curve_of_years(desk: Desk, years: int) -> Measured:
    """One-year files of one state in so many years."""
    return _zip_to_values(desk, [(vintage, (SLICE_STATE,)) for vintage in YEARS[:years]])


def some_states(count: int) -> tuple[str, ...]:
    """So many states, large and small: every n-th by people."""
    people = acs_archives.people_of(ONE_YEAR)
    by_people = sorted(STATES, key=lambda state: -people[state])
    step = len(by_people) / count
    return tuple(by_people[int((place + 0.5) * step)] for place in range(count))


def people(states: Sequence[str]) -> float:
    """Their people, in millions."""
    known = acs_archives.people_of(ONE_YEAR)
    return sum(known[state] for state in states) / 1e6


def archives(desk: Desk, vintage: str, postals: Sequence[str]) -> list[Path]:
    """Mirror folders with the archives of a vintage, one a state; written if they are not there."""
    folders = [desk.kept / f"{vintage}-{postal}" for postal in postals]
    for folder, postal in zip(folders, postals, strict=True):
        if not (folder / "MIRROR.csv").exists():
            print(f"writing the archives of {vintage}, {postal} ...", flush=True)
            acs_archives.write(folder, vintage, postal)
    return folders


def _zip_to_values(
    desk: Desk, wanted: Sequence[tuple[str, Sequence[str]]], metrics: Sequence[str] = ()
) -> Measured:
    mirrors = [folder for vintage, postals in wanted for folder in archives(desk, vintage, postals)]
    home = _with_the_rest(desk)
    taken = Measured()
    if mirrors:
        options = [part for folder in mirrors for part in ("--mirror", folder)]
        taken = desk.side.mobility("ingest", "census_acs_pums", *options, "--home", home)
    said = home / "models.txt"
    return taken + desk.side.run("tests.benchmarks.acs_models", home, *metrics, output=said)


def _with_the_rest(desk: Desk) -> Path:
    """A new home with everything but records."""
    filled, home = desk.home("filled"), desk.home("microdata")
    whole = filled / "filled.txt"
    if not whole.exists():
        limits = desk.home("limits") / ONE_YEAR
        shutil.rmtree(filled, ignore_errors=True)  # left by one that failed
        desk.side.execute([str(desk.side.python), "-c", _FILL, str(filled), str(limits)])
        whole.touch()
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(filled, home, symlinks=True)
    return home
