"""All of it together: what Dagster knows, for given settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from orchestration.base.settings import Channel, Settings
from orchestration.dagster.arrivals import inbox_sensor, release_month_schedules
from orchestration.dagster.channels import CHANNELS
from orchestration.dagster.executing import executor
from orchestration.dagster.jobs import jobs, refresh_job, schedules
from orchestration.dagster.options import RunOptions
from orchestration.dagster.release import candidate_asset, gate_asset, gate_checks, release_asset
from orchestration.dagster.sources import source_assets
from orchestration.dagster.sums import sums_assets


def assemble(settings: Settings, channels: Sequence[Channel] = CHANNELS) -> dg.Definitions:
    """Assets, checks and jobs of each channel; the settings are the defaults of every form."""
    # dagster-dbt imports all of dbt: whoever needs the sources alone need not wait for it.
    from orchestration.warehouse import project as dbt_project

    manifest = dbt_project.manifest(settings)
    return dg.Definitions.merge(
        dg.Definitions(
            schedules=[*schedules(), *release_month_schedules(settings)] if "national" in channels else [],
            sensors=[inbox_sensor(channel) for channel in channels],
            resources={"options": RunOptions.of(settings)},
            executor=executor(settings),
        ),
        *(_of_channel(channel, manifest) for channel in channels),
    )


def _of_channel(channel: Channel, manifest: Path) -> dg.Definitions:
    from orchestration.dagster.dbt import terminal_keys, warehouse_assets

    models = warehouse_assets(channel, manifest)
    checks = gate_checks(channel)
    return dg.Definitions(
        assets=[
            *source_assets(channel),
            *sums_assets(channel),
            models,
            candidate_asset(channel, terminal_keys(channel, manifest)),
            gate_asset(channel),
            release_asset(channel),
        ],
        asset_checks=[checks],
        jobs=jobs(channel, models, checks),
    )


def assemble_sources(settings: Settings) -> dg.Definitions:
    """The sources of one channel and their job alone, for which dbt need not have read its project."""
    return dg.Definitions(
        assets=[*source_assets(settings.channel), *sums_assets(settings.channel)],
        jobs=[refresh_job(settings.channel)],
        resources={"options": RunOptions.of(settings)},
        executor=executor(settings),
    )
