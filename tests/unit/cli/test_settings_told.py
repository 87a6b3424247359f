"""What a wrong environment or home is told as: one error with a remedy, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from orchestration import cli
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.dagster.home import dagster_home

Told = Callable[..., str]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """What the command says, in this process: to start one takes longer than to refuse."""

    def of(*words: str, **environment: str) -> str:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            code = cli._run(list(words))
        return refused(code, capsys.readouterr().err)

    return of


def refused(code: int, said: str) -> str:
    assert code == 1 and "Traceback" not in said and "unexpected" not in said and "to do:" in said, said
    return said


def test_a_process_of_its_own_says_it_too() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "sources"],
        cwd=PROJECT_ROOT, env={**os.environ, "MOBILITY_THREADS": "abc"}, capture_output=True, text=True,
    )  # fmt: skip
    assert "MOBILITY_THREADS" in refused(run.returncode, run.stderr)


@pytest.mark.parametrize(("name", "value"), [("THREADS", "abc"), ("THREADS", "0"), ("CHANNEL", "foo")])
def test_a_value_that_means_nothing(told: Told, name: str, value: str) -> None:
    said = told("sources", **{f"MOBILITY_{name}": value})
    assert f"MOBILITY_{name}" in said and f"found:    {value}" in said


def test_a_home_that_cannot_be_made(told: Told, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = told("run", "--sample", MOBILITY_HOME=str(tmp_path / "file" / "home"))
    assert "The home cannot be made" in said and "Not a directory" in said


def test_nothing_to_build_of(told: Told, tmp_path: Path) -> None:
    assert "mobility ingest" in told("build", "--home", str(tmp_path))


def test_a_damaged_warehouse(told: Told, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    (settings.lake_dir / "some_source").mkdir(parents=True)
    (settings.lake_dir / "some_source" / "table.parquet").write_bytes(b"")
    settings.warehouse.write_text("garbage", encoding="utf-8")
    for verb in (("build",), ("release", "build")):
        said = told(*verb, "--home", str(tmp_path))
        assert "damaged" in said and str(settings.warehouse) in said


def test_folders_in_the_environment_stand_as_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOBILITY_MIRRORS", f"/one{os.pathsep}/two")
    assert Settings().mirrors == (Path("/one"), Path("/two"))


@pytest.mark.parametrize("sign", ["?", "#", "%"])
@pytest.mark.parametrize("words", [("run", "--sample"), ("ingest",), ("sources",), ("release", "list")])
def test_a_home_that_would_be_read_as_an_address_is_refused_before_anything_is_written(
    told: Told, tmp_path: Path, sign: str, words: tuple[str, ...]
) -> None:
    home = tmp_path / f"q{sign}mark"
    assert f"found:    {home}" in told(*words, MOBILITY_HOME=str(home))
    assert "MOBILITY_HOME" in told(*words, "--home", str(home))
    assert list(tmp_path.iterdir()) == []


def test_dagsters_own_home_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "50%"))
    with pytest.raises(MobilityError, match="DAGSTER_HOME"):
        dagster_home(Settings(home=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_other_signs_in_a_path_are_only_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    settings = Settings(home=tmp_path / """it's a: "home" {x} [y] *z* & é""")
    with dg.DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        assert instance.get_runs() == []
    assert [path.name for path in tmp_path.iterdir()] == [settings.home.name]
