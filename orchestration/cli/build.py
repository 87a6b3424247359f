"""`mobility build`: build the warehouse from the lake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orchestration.cli.shared_options import place_options, settings_from, threads_option


@click.command("build")
@place_options
@threads_option
def command(sample: bool, home: Path | None, **others: Any) -> None:
    """Build the models that depend on something new, and run their tests."""
    from orchestration.cli.jobs import running
    from orchestration.warehouse.build import refuse_empty_lake

    settings = settings_from(sample, home, **others)
    refuse_empty_lake(settings)
    with running(settings) as jobs:
        from orchestration.dagster.jobs import BUILD
        from orchestration.dagster.options import BuildOptions, form

        jobs.run(BUILD, form(settings, BuildOptions), jobs.warehouse_assets())
    click.echo(settings.warehouse)
