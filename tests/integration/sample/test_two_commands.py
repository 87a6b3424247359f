"""Two commands at once on one home: one waits, is told for whom, and both end well (`tests.together`)."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings
from tests.integration.sample.test_interrupted import COMMAND
from tests.support.locks import held
from tests.together import both, findings, lake

INGEST, RUN = ("ingest", "--sample"), ("run", "--sample")


@pytest.fixture
def emptied(sample_home: Path, tmp_path: Path) -> Settings:
    """A home in which everything is at hand but the lake."""
    shutil.copytree(
        sample_home / "sample",
        tmp_path / "sample",
        symlinks=True,
        ignore=lambda _, names: {"lake"} & set(names),
    )
    return Settings(home=tmp_path, channel="sample")


@pytest.mark.fault
@pytest.mark.parametrize(
    ("first", "second", "gap"),
    [
        (RUN, RUN, 0),
        pytest.param(INGEST, INGEST, 2, marks=pytest.mark.long),
        pytest.param(RUN, INGEST, 1, marks=pytest.mark.long),
    ],
)
def test_both_end_well_and_one_is_told_for_whom_it_waits(
    sample_home: Path, emptied: Settings, first: tuple[str, ...], second: tuple[str, ...], gap: float
) -> None:
    said = both(emptied.home, first, second, gap)
    assert findings(emptied, lake(Settings(home=sample_home, channel="sample")), said) == []
    # Both start Python at once, and each is in the channel for seconds: they must have met.
    told = [one.waited_for() for one in said]
    assert sum(map(bool, told)) == 1, [one.text for one in said]
    if gap:
        assert told == [[], [said[0].process]]
        assert f"{' '.join(first)} --home" in said[1].text


@pytest.mark.fault
def test_who_waits_can_be_interrupted(emptied: Settings) -> None:
    command = [sys.executable, "-c", COMMAND, *INGEST, "--home", str(emptied.home)]
    with held(emptied.channel_dir, "mobility run"):
        with subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True) as waiting:
            assert waiting.stderr is not None
            assert "mobility run, since" in waiting.stderr.readline()
            waiting.send_signal(signal.SIGINT)
            _, said = waiting.communicate(timeout=60)
        assert (waiting.returncode, said) == (130, "interrupted; nothing half done is visible\n")
        assert not emptied.lake_dir.exists()
