"""Jobs launched on their own: they do what the command does, and refuse what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration import release
from orchestration.base.settings import Settings
from orchestration.cli.failures import StepsFailed
from orchestration.cli.running import Jobs
from orchestration.dagster import steps
from orchestration.dagster.channels import CHANNELS, asset_key
from orchestration.dagster.options import BuildOptions, PublishOptions, form
from orchestration.dagster.release import TABLE_CHECK, gated_tables
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import state as states
from orchestration.warehouse.state import State
from tests.support.verdict import write_verdict
from tests.support.warehouse import make_warehouse


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    """A sample channel with a small warehouse and a candidate that nobody judged."""
    settings = Settings(home=tmp_path_factory.mktemp("jobs"), channel="sample")
    make_warehouse(settings.warehouse)
    states.write(settings, State(warehouse._inputs(settings)))  # as a build leaves it
    return settings, steps.make_candidate(settings).path


@pytest.fixture
def desk(built: tuple[Settings, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Settings, Path]:
    """The same, as a run of its own finds it: without a verdict, without a release."""
    settings, candidate = built
    for verdict in candidate.glob("gate/*"):
        verdict.unlink()
    monkeypatch.setenv("DAGSTER_HOME", str(settings.home / "dagster"))
    return settings, candidate


def launch(
    definitions: dg.Definitions, name: str, values: dict[str, Any], only: list[str] | None = None
) -> Any:
    """Launch a job as the UI would: by name, with its form."""
    selection = None if only is None else [asset_key("sample", key) for key in only]
    with dg.DagsterInstance.ephemeral() as instance:
        return definitions.resolve_job_def(f"sample_{name}").execute_in_process(
            run_config=values, instance=instance, asset_selection=selection, raise_on_error=False
        )


def published(settings: Settings) -> list[str]:
    """Versions that a reader sees."""
    return [item.version for item in release.list_releases(settings)]


def failure(result: Any) -> str:
    """What the failed step said."""
    event = next(event for event in result.all_events if event.is_step_failure)
    return event.step_failure_data.error.to_string()


def test_publishing_alone_refuses_a_candidate_without_verdict(
    definitions: dg.Definitions, desk: tuple[Settings, Path]
) -> None:
    settings, candidate = desk
    result = launch(definitions, "publish_release", form(settings, PublishOptions, approver="Ada"))
    assert not result.success
    assert "The candidate was not judged" in failure(result)
    assert published(settings) == []
    by_name = form(settings, PublishOptions, approver="Ada", candidate=candidate.name)
    assert not launch(definitions, "publish_release", by_name).success
    assert published(settings) == []


def test_publishing_alone_refuses_a_refused_candidate(
    definitions: dg.Definitions, desk: tuple[Settings, Path]
) -> None:
    settings, candidate = desk
    write_verdict(candidate, "refused")
    result = launch(definitions, "publish_release", form(settings, PublishOptions, approver="Ada"))
    assert not result.success
    assert "The gate refused this candidate" in failure(result)
    assert published(settings) == []


def test_a_refusal_fails_the_checks_and_stops_the_run(
    definitions: dg.Definitions, desk: tuple[Settings, Path]
) -> None:
    settings, candidate = desk
    strange = candidate / "csv" / "stranger.csv"
    strange.write_text("a\n", encoding="utf-8")
    try:
        result = launch(definitions, "judge_candidate", form(settings, BuildOptions))
        assert not result.success
        checks = {check.asset_key: check for check in result.get_asset_check_evaluations()}
        assert set(checks) == {asset_key("sample", name) for name in ("gate", *gated_tables())}
        assert not any(check.passed for check in checks.values())
        with pytest.raises(StepsFailed) as told:
            Jobs(settings).run("build_candidate", form(settings, BuildOptions), ["gate"])
        assert "The gate refused the candidate; nothing was published" in str(told.value)
        assert "stranger.csv" in str(told.value)
    finally:
        strange.unlink()


def test_the_command_publishes_what_passed_and_the_ui_sees_it(desk: tuple[Settings, Path]) -> None:
    settings, candidate = desk
    write_verdict(candidate)
    Jobs(settings).run("publish_release", form(settings, PublishOptions, approver="Ada"))
    [version] = published(settings)
    with dg.DagsterInstance.from_config(str(settings.home / "dagster")) as instance:
        run = instance.get_runs(limit=1)[0]
        assert (run.job_name, run.status) == ("sample_publish_release", dg.DagsterRunStatus.SUCCESS)
        event = instance.get_latest_materialization_event(asset_key("sample", "release"))
    assert event is not None and event.asset_materialization is not None
    assert event.asset_materialization.metadata["version"].value == version
    journal = (settings.releases_dir / "journal.jsonl").read_text(encoding="utf-8")
    assert '"approver": "Ada"' in journal


def test_the_gate_tells_on_each_publication_of_its_channel(desk: tuple[Settings, Path]) -> None:
    settings, candidate = desk
    write_verdict(candidate)
    Jobs(settings).run("build_candidate", form(settings, BuildOptions), ["gate"])
    with dg.DagsterInstance.from_config(str(settings.home / "dagster")) as instance:
        for channel in CHANNELS:
            keys = [dg.AssetCheckKey(asset_key(channel, table), TABLE_CHECK) for table in gated_tables()]
            found = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
            assert set(found) == (set(keys) if channel == "sample" else set())
            for record in found.values():
                assert record.evaluation is not None and record.evaluation.passed
                assert record.evaluation.metadata["candidate"].value == candidate.name


def test_a_form_refuses_what_it_does_not_know(
    definitions: dg.Definitions, desk: tuple[Settings, Path]
) -> None:
    settings, _ = desk
    with pytest.raises(dg.DagsterInvalidConfigError, match="aprover"):
        launch(definitions, "publish_release", {**form(settings, PublishOptions), "aprover": "Ada"})


def test_an_error_of_ours_with_a_cause_is_told_as_ours(desk: tuple[Settings, Path]) -> None:
    settings, _ = desk
    with pytest.raises(StepsFailed) as told:
        Jobs(settings).run(
            "publish_release", form(settings, PublishOptions, approver="Ada", candidate="no such candidate")
        )
    assert "The folder has no readable manifest." in str(told.value)
    assert "unexpectedly" not in str(told.value)
