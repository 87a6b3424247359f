"""All of it together: what Dagster knows, for given settings."""

from __future__ import annotations

import dagster as dg

from orchestration import warehouse
from orchestration.assets.dbt import terminal_keys, warehouse_assets
from orchestration.assets.jobs import jobs, schedules
from orchestration.assets.options import RunOptions
from orchestration.assets.release import candidate_asset, gate_asset, release_asset
from orchestration.assets.sources import source_assets
from orchestration.settings import Settings


def assemble(settings: Settings) -> dg.Definitions:
    """The definitions for one channel: its settings are the defaults of every job's form."""
    manifest = warehouse.manifest(settings)
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
