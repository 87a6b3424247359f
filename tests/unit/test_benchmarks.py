"""`make bench`: a row that fails keeps no other from being measured."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as bench
from tests.benchmarks import checkouts, page
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
