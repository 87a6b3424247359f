"""The control totals of the microdata are what the county estimates of ../shared/sources give."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from orchestration.maintain.declare_pums_totals import write
from orchestration.sources.census_acs_pums.layouts import TOTALS_FILE

pytestmark = pytest.mark.reference

ESTIMATES = PROJECT_ROOT.parent / "shared" / "sources" / "agency" / "census_pep"


@pytest.fixture(autouse=True)
def _at_hand() -> None:
    """Without the whole folder the tests are skipped (and counted aloud); with it, a missing file fails."""
    if not ESTIMATES.parents[1].is_dir():
        pytest.skip("../shared/sources is not beside the project")


def _take(folder: Path, *issues: int) -> None:
    """Copy the issues that the totals rest on: more of them may lie beside."""
    for issue in issues:
        (path,) = ESTIMATES.glob(f"co-est{issue}-alldata.csv*")
        shutil.copy(path, folder / path.name)


def test_the_totals_come_out_again(tmp_path: Path) -> None:
    _take(tmp_path, 2020, 2022, 2023)
    write(tmp_path, tmp_path / "totals.csv")
    assert (tmp_path / "totals.csv").read_bytes() == TOTALS_FILE.read_bytes()


def test_a_year_without_estimates_is_named_and_nothing_written(tmp_path: Path) -> None:
    _take(tmp_path, 2020, 2022)
    with pytest.raises(MobilityError) as error:
        write(tmp_path, tmp_path / "totals.csv")
    assert "with 2023" in (error.value.expected or "") and error.value.found == "2020, 2022"
    assert not (tmp_path / "totals.csv").exists()
