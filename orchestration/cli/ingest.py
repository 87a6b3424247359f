"""`mobility ingest`: receive what is new from the sources into the lake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orchestration.cli.shared_options import place_options, settings_from, source_options


@click.command("ingest")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@place_options
@source_options
def command(names: tuple[str, ...], sample: bool, home: Path | None, **others: Any) -> None:
    """Receive what is new from all sources, or from those named, and bring the lake up to date."""
    from orchestration.cli.running import running
    from orchestration.ingest.refresh import chosen_files

    settings = settings_from(sample, home, **others)
    chosen_files(names or None)  # an unknown name is refused here, with the nearest one
    with running(settings) as jobs:
        from orchestration.dagster.jobs import REFRESH
        from orchestration.dagster.options import RefreshOptions, form

        only = [f"source/{name}" for name in names] or None
        jobs.run(REFRESH, form(settings, RefreshOptions), only)

    from orchestration.cli.sources import print_sources

    print_sources(settings)
