"""`make bench`: a row that fails keeps no other from being measured; its invented archives hold together."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import acs_archives, checkouts, page
from tests.benchmarks.checkouts import Side
from tests.benchmarks.measuring import Measured
from tests.benchmarks.rows import Row
from tests.benchmarks.runs import Desk


def fails(desk: Desk, turn: int) -> Measured:
    return desk.side.execute([sys.executable, "-c", "raise SystemExit('no such column')"])


def works(desk: Desk, turn: int) -> Measured:
    return desk.side.execute([sys.executable, "-c", "print(1)"])


def test_the_other_rows_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (
        Row("fails", "a row that fails", fails, sides=("tree",)),
        Row("works", "a row that works", works, sides=("tree",)),
    )
    side = Side("tree", "abc", tmp_path, Path(sys.executable), tmp_path / "homes")
    monkeypatch.setattr(bench, "rows", lambda states: rows)
    monkeypatch.setattr(checkouts, "tree", lambda scratch: side)
    monkeypatch.setattr(page, "FIGURES", tmp_path / "benchmarks.csv")
    monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(bench, "PROJECT_ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["bench", "--rows", "all", "--times", "2", "--kept", str(tmp_path)])
    with pytest.raises(SystemExit, match="failed: fails"):
        bench.main()
    assert "no such column" in capsys.readouterr().out
    (figure,) = page.read(tmp_path / "benchmarks.csv").values()
    assert (figure.row, figure.turns) == ("works", 2)


@pytest.mark.parametrize("vintage", ["2016-1yr", "2022-1yr"])
def test_invented_archives_hold_the_people_of_their_homes(vintage: str, tmp_path: Path) -> None:
    acs_archives.write(tmp_path, vintage, "wy")
    records = {}
    for kind in ("housing_units", "persons"):
        with zipfile.ZipFile(tmp_path / "census_acs_pums" / vintage / f"csv_{kind[0]}wy.zip") as archive:
            (member,) = archive.namelist()
            records[kind] = pd.read_csv(archive.open(member), dtype=str)
    homes, people = records["housing_units"].set_index("SERIALNO"), records["persons"]
    assert homes.index.is_unique and set(homes["ST"]) == set(people["ST"]) == {"56"}
    counted = people["SERIALNO"].value_counts().reindex(homes.index, fill_value=0)
    assert counted.sum() == len(people) and (counted == homes["NP"].astype(int)).all()
    expected = acs_archives.people_of(vintage)["wy"]
    assert people["PWGTP"].astype(int).sum() == pytest.approx(expected, rel=0.1)  # a tenth of a block
