"""Ctrl-C in the middle of a run: at once, in one sentence, with nothing half done to be seen."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.dagster import home as dagster_pages
from tests.support.sample import link_lake, link_mirror

# A shell that starts a program in the background switches Ctrl-C off for it and for all that it starts;
# so may whoever started these tests.
AS_AT_A_TERMINAL = "import signal, runpy; signal.signal(signal.SIGINT, signal.default_int_handler); "
COMMAND = AS_AT_A_TERMINAL + "runpy.run_module('orchestration.cli', run_name='__main__')"


def interrupted(home: Path, begun: str, job: str) -> tuple[int, str]:
    """Exit code and last words of a run, interrupted when a step has begun and its job is recorded."""
    command = [sys.executable, "-c", COMMAND, "run", "--sample", "--home", str(home)]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        assert any(line.startswith(begun) for line in run.stderr)
        # The work begins before Dagster is asked for the job. How long that takes is the machine's matter.
        while states(home)[:1] != [(job, dg.DagsterRunStatus.STARTED)]:
            assert run.poll() is None, states(home)
            time.sleep(0.1)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate()
    return run.returncode, said


def test_an_interrupted_run_ends_at_once_and_is_recorded_as_failed(
    sample_home: Path, sample_mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    expected = (130, "interrupted; nothing half done is visible\n")
    link_mirror(sample_mirror, tmp_path)
    assert interrupted(tmp_path, "sources into the lake ...", "sample_refresh") == expected
    for name in ("raw", "lake"):  # so that the second run comes to the models soon
        shutil.rmtree(tmp_path / "sample" / name, ignore_errors=True)
    link_lake(sample_home, tmp_path)
    assert interrupted(tmp_path, "models and tests ...", "sample_build_candidate") == expected

    settings = Settings(home=tmp_path, channel="sample")
    assert not settings.warehouse.exists() and not settings.releases_dir.exists()
    # The second command found the run of the first; `make ui` finds that of the second.
    started, failed, done = (getattr(dg.DagsterRunStatus, name) for name in ("STARTED", "FAILURE", "SUCCESS"))
    assert states(tmp_path) == [
        ("sample_build_candidate", started),
        ("sample_refresh", done),
        ("sample_refresh", failed),
    ]
    monkeypatch.setenv("MOBILITY_HOME", str(tmp_path))
    dagster_pages.main()
    assert states(tmp_path)[0] == ("sample_build_candidate", failed)


def states(home: Path) -> list[tuple[str, dg.DagsterRunStatus]]:
    """Jobs and states of the runs in a home, the newest first."""
    with dg.DagsterInstance.from_config(str(home / "dagster")) as instance:
        return [(run.job_name, run.status) for run in instance.get_runs()]
