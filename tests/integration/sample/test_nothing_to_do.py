"""A run for which nothing is left to do looks at the sources and at every hash, and launches nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.cli import cli
from orchestration.cli.running import Jobs
from orchestration.dagster import jobs as names
from orchestration.dagster.steps import stands_published


@pytest.fixture
def settings(sample_home: Path, tmp_path: Path) -> Settings:
    """A copy of a home whose newest candidate is published."""
    shutil.copytree(sample_home / "sample", tmp_path / "sample", symlinks=True)
    return Settings(home=tmp_path, channel="sample")


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the jobs that run; only that of the sources does what it says."""
    found: list[str] = []
    run = Jobs.run

    def noted(self: Jobs, name: str, *arguments: object) -> None:
        found.append(name)
        if name == names.REFRESH:
            run(self, name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Jobs, "run", noted)
    return found


def run_again(settings: Settings) -> None:
    cli.main(["run", "--sample", "--home", str(settings.home)], standalone_mode=False)


def test_nothing_but_the_sources_is_launched(
    settings: Settings, launched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run_again(settings)
    assert launched == [names.REFRESH]
    assert "passed" in capsys.readouterr().out  # the summary is that of any run


def test_a_changed_file_of_the_candidate_is_no_verdict(settings: Settings, launched: list[str]) -> None:
    damaged = next(settings.candidates_dir.glob("*/csv/series.csv"))
    damaged.write_text(damaged.read_text(encoding="utf-8") + "x\n", encoding="utf-8")
    run_again(settings)
    assert launched == [names.REFRESH, names.JUDGE, names.PUBLISH]


def test_a_release_changed_by_hand_is_told(settings: Settings, launched: list[str]) -> None:
    release = (settings.home / "sample" / "releases" / "current").resolve()
    (release / "README.md").write_text("mine\n", encoding="utf-8")
    with pytest.raises(MobilityError, match="published release was changed by hand"):
        run_again(settings)
    assert launched == [names.REFRESH]


def test_without_a_line_in_the_journal_nothing_stands(settings: Settings) -> None:
    assert stands_published(settings)
    (settings.home / "sample" / "releases" / "journal.jsonl").unlink()
    assert not stands_published(settings)
