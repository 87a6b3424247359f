"""Publishing guards itself, from wherever it is called: one byte changed after the verdict is enough."""

from __future__ import annotations

import os
import subprocess
import sys

import dagster as dg
import pytest

from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT
from tests.integration.release.conftest import change_byte


def from_python(settings, candidate):
    try:
        return True, str(release.publish(settings, candidate, approver="the tests"))
    except MobilityError as error:
        return False, str(error)


def from_the_command(settings, candidate):
    command = ["-m", "orchestration.cli", "release", "publish", candidate.name]
    run = subprocess.run(
        [sys.executable, *command, "--sample", "--home", str(settings.home), "--approver", "the tests"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "DAGSTER_HOME": str(settings.home / "dagster")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return run.returncode == 0, run.stdout + run.stderr


def from_dagster(settings, candidate):
    from orchestration.dagster.assemble import assemble
    from orchestration.dagster.options import PublishOptions, form

    values = form(settings, PublishOptions, approver="the tests", candidate=candidate.name)
    with dg.DagsterInstance.ephemeral() as instance:
        job = assemble(settings).resolve_job_def("sample_publish_release")
        result = job.execute_in_process(run_config=values, instance=instance, raise_on_error=False)
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return result.success, "\n".join(one.error.to_string() for one in failures)


@pytest.mark.parametrize("publish", [from_python, from_the_command, from_dagster])
def test_a_candidate_that_changed_after_its_verdict_is_published_from_nowhere(desk, publish):
    file = desk.candidate / "csv" / "series.csv"
    content = file.read_bytes()
    change_byte(file)
    done, said = publish(desk.settings, desk.candidate)
    assert not done
    assert "not those that were judged" in said and "csv/series.csv" in said
    assert release.list_releases(desk.settings) == [] and release.current(desk.settings) is None
    file.write_bytes(content)  # the byte alone made the difference
    done, said = from_python(desk.settings, desk.candidate)
    assert done, said
    assert release.verify(release.current(desk.settings)) == []
