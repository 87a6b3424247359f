"""All of it together: what Dagster knows, for given settings."""

from __future__ import annotations

import dagster as dg

from orchestration.base.settings import Settings
from orchestration.dagster.jobs import jobs, refresh_job, schedules
from orchestration.dagster.options import RunOptions
from orchestration.dagster.release import candidate_asset, gate_asset, release_asset
from orchestration.dagster.sources import source_assets


def assemble(settings: Settings) -> dg.Definitions:
    """The definitions for one channel: its settings are the defaults of every job's form."""
    # dagster-dbt imports all of dbt: whoever needs the sources alone need not wait for it.
    from orchestration.dagster.dbt import terminal_keys, warehouse_assets
    from orchestration.warehouse import project as dbt_project

    manifest = dbt_project.manifest(settings)
    models = warehouse_assets(manifest)
    return dg.Definitions(
        assets=[
            *source_assets(),
            models,
            candidate_asset(terminal_keys(manifest)),
            gate_asset(),
            release_asset(),
        ],
        jobs=jobs(models),
        schedules=schedules(),
        resources={"options": RunOptions.of(settings)},
        executor=dg.in_process_executor,  # one writer, and a process per step would cost seconds
    )


def assemble_sources(settings: Settings) -> dg.Definitions:
    """The sources and their job alone, for which dbt need not have read its project."""
    return dg.Definitions(
        assets=source_assets(),
        jobs=[refresh_job()],
        resources={"options": RunOptions.of(settings)},
        executor=dg.in_process_executor,
    )
