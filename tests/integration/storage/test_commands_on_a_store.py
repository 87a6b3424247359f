"""Commands with `MOBILITY_HOME=s3://...`, on two machines; a whole run there is a long test of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.base.settings import PROJECT_ROOT
from orchestration.cli import cli
from orchestration.storage import home
from orchestration.storage.place import Place
from tests.integration.release.conftest import Desk

Ask = Callable[..., Result]


@pytest.fixture
def ask(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """A command of another machine, with nothing of its own."""
    monkeypatch.setenv("MOBILITY_HOME", bucket)
    monkeypatch.setenv("MOBILITY_SCRATCH", str(tmp_path / "b"))

    def of(*words: str) -> Result:
        home._copied.cache_clear()
        return CliRunner().invoke(cli, [*words, "--sample"])

    return of


def test_sources_taken_in_once_are_there_for_all(
    bucket: str, sample_mirror: Path, tmp_path: Path, ask: Ask
) -> None:
    command = [sys.executable, "-m", "orchestration.cli", "ingest", "urban_frames", "hud_income_limits"]
    own = {"MOBILITY_HOME": bucket, "MOBILITY_SCRATCH": str(tmp_path / "a")}
    done = subprocess.run(
        [*command, "--sample", "--mirror", str(sample_mirror)], cwd=PROJECT_ROOT, env=os.environ | own,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    before = Place(f"{bucket}/sample").versions("")
    assert sum(name.endswith(".parquet") for name in before) > 10
    again = ask("ingest", "urban_frames", "hud_income_limits", "--mirror", str(sample_mirror))
    assert again.exit_code == 0 and Place(f"{bucket}/sample").versions("") == before, again.output


def test_what_one_machine_published_another_lists_proves_compares_pushes_and_rolls_back(
    desk_of: Callable[[str], Desk], bucket: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of("a")
    first, second = desk.publish().name, desk.publish(desk.next_candidate()).name
    listed = ask("release", "list").output
    assert f"* {second}" in listed and first in listed and bucket in listed
    assert f"{second}: whole" in ask("release", "verify").output
    told = ask("release", "diff", first, second)
    assert told.exit_code == 0 and "1 " in told.output, told.output
    assert ask("release", "push", "--to", f"{bucket}/office/sample").exit_code == 0
    monkeypatch.setenv("MOBILITY_HOME", f"{bucket}/office")
    assert f"* {second}" in ask("release", "list").output  # what was pushed is a home's release
    monkeypatch.setenv("MOBILITY_HOME", bucket)
    assert ask("release", "rollback", "--reason", "tried", "--approver", "Ada").exit_code == 0
    assert f"* {first}" in ask("release", "list").output
    home._copied.cache_clear()
