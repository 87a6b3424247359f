"""The jobs a person or a schedule launches, each with its typed form; every channel has its own.

Their steps share one process unless `MOBILITY_EXECUTOR` says otherwise (`executing.py`).
"""

from collections.abc import Sequence
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.base.settings import Channel
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import (
    BuildOptions,
    PublishOptions,
    RefreshOptions,
    RollbackOptions,
    run_config,
)
from orchestration.dagster.release import CANDIDATE, RELEASE, VERDICT
from orchestration.dagster.rollback import rollback_op
from orchestration.dagster.sources import SOURCE_GROUP

REFRESH, BUILD, JUDGE, PUBLISH = "refresh", "build_candidate", "judge_candidate", "publish_release"
ROLLBACK = "rollback_release"


@dg.config_mapping
def _refresh_form(form: RefreshOptions) -> dict:
    return run_config(form)


@dg.config_mapping
def _build_form(form: BuildOptions) -> dict:
    return run_config(form)


def _publish_form(op: str) -> dg.ConfigMapping:
    @dg.config_mapping
    def mapping(form: PublishOptions) -> dict:
        approval = {"approver": form.approver, "candidate": form.candidate}
        return run_config(form, {op: {"config": approval}})

    return mapping


def _rollback_form(op: str) -> dg.ConfigMapping:
    @dg.config_mapping
    def mapping(form: RollbackOptions) -> dict:
        decision = {"approver": form.approver, "reason": form.reason, "version": form.version}
        return run_config(form, {op: {"config": decision}})

    return mapping


def _job(channel: Channel, name: str, selection: dg.AssetSelection, form: Any, description: str) -> Any:
    return dg.define_asset_job(
        named(channel, name),
        selection,
        config=form,
        description=f"{description} Channel {channel}.",
    )


def refresh_job(channel: Channel) -> UnresolvedAssetJobDefinition:
    """The job of the sources."""
    job: UnresolvedAssetJobDefinition = _job(
        channel,
        REFRESH,
        dg.AssetSelection.groups(named(channel, SOURCE_GROUP)),
        _refresh_form,
        "Receive what is new from every source and bring the lake up to date.",
    )
    return job


def _rollback_job(channel: Channel) -> dg.JobDefinition:
    op = rollback_op(channel)

    @dg.job(
        name=named(channel, ROLLBACK),
        config=_rollback_form(op.name),
        description="Point `current` to an earlier release, with a reason; no release is changed or removed. "
        f"Channel {channel}.",
    )
    def rollback() -> None:
        op()

    return rollback


def jobs(
    channel: Channel, warehouse: dg.AssetsDefinition, checks: dg.AssetChecksDefinition
) -> Sequence[UnresolvedAssetJobDefinition | dg.JobDefinition]:
    """The jobs of a run, and the way back."""
    release = asset_key(channel, RELEASE)
    judged: dg.AssetSelection = dg.AssetSelection.assets(
        asset_key(channel, CANDIDATE), asset_key(channel, VERDICT)
    ) | dg.AssetSelection.checks(*checks.check_keys)
    return [
        refresh_job(channel),
        _job(
            channel,
            BUILD,
            dg.AssetSelection.assets(warehouse) | judged,
            _build_form,
            "Build the warehouse, make a candidate of it, and let the gate judge it.",
        ),
        _job(
            channel,
            JUDGE,
            judged,
            _build_form,
            "Make a candidate of the warehouse as it stands, and let the gate judge it.",
        ),
        _job(
            channel,
            PUBLISH,
            dg.AssetSelection.assets(release),
            _publish_form(release.to_python_identifier()),
            "Publish a candidate that passed the gate; anything else is refused.",
        ),
        _rollback_job(channel),
    ]


def schedules() -> list[dg.ScheduleDefinition]:
    """A look at every source once a month; off until a person switches it on."""
    return [
        dg.ScheduleDefinition(
            name="monthly_refresh",
            job_name=REFRESH,
            cron_schedule="0 6 2 * *",
            execution_timezone="UTC",
            run_config={"download": True},
            description="Agencies publish yearly, each in its own month: a monthly look misses none.",
        )
    ]
