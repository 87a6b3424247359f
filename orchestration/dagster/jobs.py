"""The jobs a person or a schedule launches, each with its typed form.

All steps of a run share one process: a process per step costs seconds, and DuckDB has one writer.
"""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.dagster.options import (
    BuildOptions,
    PublishOptions,
    RefreshOptions,
    RollbackOptions,
    run_config,
)
from orchestration.dagster.release import CANDIDATE, RELEASE, VERDICT
from orchestration.dagster.rollback import rollback_current
from orchestration.dagster.sources import SOURCE_GROUP

REFRESH, BUILD, PUBLISH = "refresh", "build_candidate", "publish_release"
ROLLBACK = "rollback_release"


@dg.config_mapping
def _refresh_form(form: RefreshOptions) -> dict:
    return run_config(form)


@dg.config_mapping
def _build_form(form: BuildOptions) -> dict:
    return run_config(form)


@dg.config_mapping
def _publish_form(form: PublishOptions) -> dict:
    approval = {"approver": form.approver, "candidate": form.candidate}
    return run_config(form, {"release": {"config": approval}})


def refresh_job() -> UnresolvedAssetJobDefinition:
    """The job of the sources."""
    return dg.define_asset_job(
        REFRESH,
        dg.AssetSelection.groups(SOURCE_GROUP),
        config=_refresh_form,
        executor_def=dg.in_process_executor,
        description="Receive what is new from every source and bring the lake up to date.",
    )


@dg.config_mapping
def _rollback_form(form: RollbackOptions) -> dict:
    decision = {"approver": form.approver, "reason": form.reason, "version": form.version}
    return run_config(form, {rollback_current.name: {"config": decision}})


@dg.job(
    name=ROLLBACK,
    config=_rollback_form,
    executor_def=dg.in_process_executor,
    description="Point `current` to an earlier release, with a reason; no release is changed or removed.",
)
def _rollback_job() -> None:
    rollback_current()


def jobs(warehouse: dg.AssetsDefinition) -> list[UnresolvedAssetJobDefinition | dg.JobDefinition]:
    """The three jobs of a run, and the way back."""
    build = dg.AssetSelection.assets(warehouse) | dg.AssetSelection.assets(CANDIDATE, VERDICT)
    return [
        refresh_job(),
        dg.define_asset_job(
            BUILD,
            build,
            config=_build_form,
            executor_def=dg.in_process_executor,
            description="Build the warehouse, make a candidate of it, and let the gate judge it.",
        ),
        dg.define_asset_job(
            PUBLISH,
            dg.AssetSelection.assets(RELEASE),
            config=_publish_form,
            executor_def=dg.in_process_executor,
            description="Publish a candidate that passed the gate; anything else is refused.",
        ),
        _rollback_job,
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
