"""Releases that many tests look at, each built once per test run by the command a user would type.

pytest-xdist starts several workers; the first that needs a release builds it below a folder that all
workers share, the others wait for it.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestration.base.settings import PROJECT_ROOT
from orchestration.sample import ensure_sample
from tests.support import national_remains
from tests.support.sample import link_mirror

# Homes of tests are thrown away, and no test cuts the power: thousands of waits for the disk fall away.
os.environ["MOBILITY_SYNC"] = "0"


# Who is alone at the end works alone: what takes longest is begun first, the two homes before all others.
FIRST = (
    "reference/geography/test_boundaries",
    "integration/sample/test_end_to_end",
    "integration/storage/test_whole_run_on_a_store",
    "integration/sample/test_new_year",
    "integration/sample/test_rebuild",
    "integration/dagster/test_build",
    "integration/sample/test_two_commands",
    "unit/dbt/test_unit_tests_of_models",
    "integration/release/test_taken_over",
    "integration/release/test_faults",
    "unit/gate/test_damages",
    "integration/release/test_push",
    "integration/release/test_publish",
    "integration/sample/test_mutation",
    "integration/sample/test_interrupted",
    "integration/storage/test_releases_on_a_store",
    "reference/survey/test_significance",
    "integration/dagster/test_sums",
    "integration/release/test_candidate",
    "integration/release/test_rollback",
    "integration/sample/test_isolation",
    "unit/sample/test_mirror",
    "integration/gate/test_carried_over",
    "integration/ingest/test_every_source",
    "integration/release/test_kills",
    "unit/survey/test_published_slips",
    "unit/cli/test_any_alphabet",
    "unit/storage/test_place",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which modules are given out, where xdist leaves them as they come (`Makefile`)."""
    rank = {f"tests/{module}.py": number for number, module in enumerate(FIRST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(rank)))


@contextmanager
def _once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder of all workers, and whether it is there already; the first makes it, the others wait."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    folder = shared / name
    with (shared / f"{name}.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / f"{name}.done"
        yield folder, done.exists()
        done.write_text("", encoding="utf-8")


def _built_once(
    tmp_path_factory: pytest.TempPathFactory,
    channel: str,
    *options: str,
    prepare: Callable[[Path], object] = lambda home: None,
) -> Path:
    """The home of a published release of `channel`; the log of its run lies beside it."""
    with _once(tmp_path_factory, f"home-{channel}") as (home, is_there):
        if not is_there:
            home.mkdir(exist_ok=True)
            prepare(home)
            command = [
                sys.executable, "-m", "orchestration.cli", "run", *options,
                "--home", str(home), "--approver", "the tests",
            ]  # fmt: skip
            log = home.parent / f"{channel}.log"
            with log.open("w", encoding="utf-8") as output:
                run = subprocess.run(command, cwd=PROJECT_ROOT, stdout=output, stderr=subprocess.STDOUT)
            assert run.returncode == 0, log.read_text(encoding="utf-8")[-6000:]
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
def sample_home(tmp_path_factory: pytest.TempPathFactory, sample_mirror: Path) -> Path:
    """A home with a published release of the invented state, pages included. Read only.

    In its national channel lies what a national run could have left, which the sample must not touch.
    """

    def prepare(home: Path) -> None:
        national_remains.leave(home)
        link_mirror(sample_mirror, home)

    return _built_once(tmp_path_factory, "sample", "--sample", "--site", prepare=prepare)


@pytest.fixture(scope="session")
def sample_release(sample_home: Path) -> Path:
    """The sample release in it."""
    return (sample_home / "sample" / "releases" / "current").resolve()


@pytest.fixture(scope="session")
def sample_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the invented state, as they are first written. Read only."""
    with _once(tmp_path_factory, "sample-mirror") as (folder, _):
        return ensure_sample(folder)


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
