"""Releases that many tests look at, each built once per test run by the command a user would type.

pytest-xdist starts several workers; the first that needs a release builds it below a folder that all
workers share, the others wait for it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.base.settings import PROJECT_ROOT
from tests.support import national_remains

# Homes of tests are thrown away, and no test cuts the power: thousands of waits for the disk fall away.
os.environ["MOBILITY_SYNC"] = "0"


def _built_once(
    tmp_path_factory: pytest.TempPathFactory,
    channel: str,
    *options: str,
    prepare: Callable[[Path], object] = lambda home: None,
) -> Path:
    """The home of a published release of `channel`; the log of its run lies beside it."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    home = shared / f"home-{channel}"
    home.mkdir(exist_ok=True)
    with (shared / f"{channel}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / f"{channel}.done"
        if not done.exists():
            prepare(home)
            command = [
                sys.executable, "-m", "orchestration.cli", "run", *options,
                "--home", str(home), "--approver", "the tests",
            ]  # fmt: skip
            log = shared / f"{channel}.log"
            with log.open("w", encoding="utf-8") as output:
                run = subprocess.run(command, cwd=PROJECT_ROOT, stdout=output, stderr=subprocess.STDOUT)
            assert run.returncode == 0, log.read_text(encoding="utf-8")[-6000:]
            done.write_text("", encoding="utf-8")
    return home


@pytest.fixture(scope="session")
def national_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published national release from the shipped mirror. Read only."""
    return _built_once(tmp_path_factory, "national")


@pytest.fixture(scope="session")
def national_release(national_home: Path) -> Path:
    """The national release in it."""
    return (national_home / "national" / "releases" / "current").resolve()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published release of the invented state, pages included. Read only.

    In its national channel lies what a national run could have left, which the sample must not touch.
    """
    return _built_once(tmp_path_factory, "sample", "--sample", "--site", prepare=national_remains.leave)


@pytest.fixture(scope="session")
def sample_release(sample_home: Path) -> Path:
    """The sample release in it."""
    return (sample_home / "sample" / "releases" / "current").resolve()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what did not run because the real files are not beside the project."""
    missing = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if "shared/sources" in str(report.longrepr)
    ]
    if missing:
        terminalreporter.section("reference tests that did NOT run", sep="!", red=True)
        terminalreporter.line(
            f"{len(missing)} tests compare with real files in ../shared/sources, which is not there."
        )
