"""Runs whose process is gone are closed; those of a living process, and those of others, are not."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import dagster as dg
import pytest

from orchestration.dagster.abandoned import PROCESS_TAG, close_abandoned, named, this_process


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as one:
        yield one


def started(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
    @dg.op
    def nothing() -> None: ...

    @dg.job
    def some_job() -> None:
        nothing()

    run = instance.create_run_for_job(some_job, tags=tags, status=dg.DagsterRunStatus.STARTED)
    return run.run_id


def status(instance: dg.DagsterInstance, run: str) -> dg.DagsterRunStatus:
    found = instance.get_run_by_id(run)
    assert found is not None
    return found.status


def test_a_run_of_a_process_that_lives_goes_on(instance: dg.DagsterInstance) -> None:
    run = started(instance, this_process())
    assert close_abandoned(instance) == []
    assert status(instance, run) is dg.DagsterRunStatus.STARTED


def test_a_run_of_a_process_that_ended_is_failed_once(instance: dg.DagsterInstance) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        run = started(instance, {PROCESS_TAG: named(process.pid)})
        assert close_abandoned(instance) == []
    assert close_abandoned(instance) == [run]
    assert status(instance, run) is dg.DagsterRunStatus.FAILURE
    assert close_abandoned(instance) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process began")
def test_a_number_that_was_given_again_is_another_process(instance: dg.DagsterInstance) -> None:
    number, began, whose = this_process()[PROCESS_TAG].split("@")
    run = started(instance, {PROCESS_TAG: f"{number}@{int(began) - 1}@{whose}"})
    assert close_abandoned(instance) == [run]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such a process counts as alive")
def test_a_process_that_ended_and_that_nobody_asked_for_is_gone(instance: dg.DagsterInstance) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        run = started(instance, {PROCESS_TAG: named(process.pid)})
        process.kill()
        until = time.monotonic() + 30
        while "@@" not in named(process.pid) and time.monotonic() < until:
            time.sleep(0.01)
        assert close_abandoned(instance) == [run]


def test_runs_that_the_command_did_not_start_are_left_alone(instance: dg.DagsterInstance) -> None:
    run = started(instance, {})
    assert close_abandoned(instance) == []
    assert status(instance, run) is dg.DagsterRunStatus.STARTED


@pytest.mark.parametrize("tag", ["999999@5@another place", "999999@5", "somebody"])
def test_a_process_that_cannot_be_seen_from_here_is_not_taken_for_dead(
    instance: dg.DagsterInstance, tag: str
) -> None:
    run = started(instance, {PROCESS_TAG: tag})
    assert close_abandoned(instance) == []
    assert status(instance, run) is dg.DagsterRunStatus.STARTED
