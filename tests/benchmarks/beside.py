"""Other ways to the same numbers: polars by hand, pandas record by record, R's survey, a pandas join."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT, SHIPPED_MIRROR
from orchestration.base.states import STATES
from orchestration.sources.census_acs_pums.layouts import LETTER
from tests.benchmarks import acs_agreement
from tests.benchmarks.measuring import Measured
from tests.benchmarks.microdata import FIVE_YEAR, SLICE_STATE, archives
from tests.benchmarks.runs import Desk

_POLARS = PROJECT_ROOT.parent / "shared" / "tools" / "peer_polars.py"


def polars(desk: Desk, turn: int) -> Measured | None:
    """A person's script for the numbers of the five states; None if it or its archives are not at hand."""
    folder = desk.kept / "five-states" / "acs_pums" / "2018_1-Year"
    if not _POLARS.exists() or not folder.exists():
        return None
    python = _environment(desk.kept / "polars", "polars==2.1.0", "numpy")
    crosswalk = next((SHIPPED_MIRROR / "urban_crosswalks").rglob("crosswalk_puma_to_county.csv*"))
    return desk.side.execute([python, str(_POLARS), str(folder), str(crosswalk)])


def pandas_by_record(desk: Desk, turn: int) -> Measured | None:
    """The state's five-year files by `acs_plain`; its numbers must be those of the tree."""
    (mirror,) = archives(desk, FIVE_YEAR, (SLICE_STATE,))
    output = desk.side.homes / "plain.csv"
    measured = desk.side.run("tests.benchmarks.acs_plain", mirror, FIVE_YEAR, SLICE_STATE, output)
    _told(desk, output)
    return measured


def r_survey(desk: Desk, turn: int) -> Measured | None:
    """The same by R's package survey, if it is installed."""
    rscript = shutil.which("Rscript")
    asked = rscript and subprocess.run([rscript, "-e", "library(survey)"], capture_output=True)
    if not rscript or not asked or asked.returncode:
        return None
    (mirror,) = archives(desk, FIVE_YEAR, (SLICE_STATE,))
    zips = [
        mirror / "census_acs_pums" / FIVE_YEAR / f"csv_{LETTER[kind]}{SLICE_STATE}.zip" for kind in LETTER
    ]
    crosswalks = next((SHIPPED_MIRROR / "urban_crosswalks").rglob("crosswalk_puma_to_county.csv*")).parent
    script = PROJECT_ROOT / "tests" / "benchmarks" / "acs_survey.R"
    period = "2022" if int(FIVE_YEAR[:4]) >= 2022 else "pre-2022"
    output = desk.side.homes / "survey.csv"
    measured = desk.side.execute(
        [rscript, str(script), *map(str, zips), str(crosswalks), period, STATES[SLICE_STATE], str(output)]
    )
    _told(desk, output)
    return measured


def plain_pandas(desk: Desk, turn: int) -> Measured | None:
    """Read and join the shipped result files onto the frame, no checks and no release."""
    return desk.side.run("tests.benchmarks.plain_pandas", desk.side.homes)


def _told(desk: Desk, output: Path) -> None:
    home = desk.home("microdata")
    if home.exists():
        numbers = acs_agreement.compared(home, output, int(FIVE_YEAR[:4]))
        print(f"{numbers:,} numbers, all equal to ours", flush=True)


def _environment(folder: Path, *packages: str) -> str:
    """The interpreter of an environment with these packages."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
    return str(python)
