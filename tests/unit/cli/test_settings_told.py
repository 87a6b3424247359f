"""What a wrong environment or home is told as: one error with a remedy, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.dagster.home import dagster_home


def told(*words: str, **environment: str) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *words],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        run.returncode == 1
        and "Traceback" not in run.stderr
        and "unexpected" not in run.stderr
        and "to do:" in run.stderr
    ), run.stderr
    return run.stderr


@pytest.mark.parametrize(("name", "value"), [("THREADS", "abc"), ("THREADS", "0"), ("CHANNEL", "foo")])
def test_a_value_that_means_nothing(name: str, value: str) -> None:
    said = told("sources", **{f"MOBILITY_{name}": value})
    assert f"MOBILITY_{name}" in said and f"found:    {value}" in said


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = told("run", "--sample", MOBILITY_HOME=str(tmp_path / "file" / "home"))
    assert "The home cannot be made" in said and "Not a directory" in said


def test_nothing_to_build_of(tmp_path: Path) -> None:
    assert "mobility ingest" in told("build", "--home", str(tmp_path))


def test_a_damaged_warehouse(tmp_path: Path) -> None:
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
    tmp_path: Path, sign: str, words: tuple[str, ...]
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
