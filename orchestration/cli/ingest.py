"""`mobility ingest`: receive what is new from the sources into the lake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.shared_options import place_options, settings_from, source_options

if TYPE_CHECKING:
    from orchestration.base.settings import Settings


@click.command("ingest")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@place_options
@source_options
@click.option("--vintage", default="", help="Only this vintage of the one source named.")
@click.option("--state", default="", help="Only the files of this state: its postal code, such as ia.")
def command(
    names: tuple[str, ...], vintage: str, state: str, sample: bool, home: Path | None, **others: Any
) -> None:
    """Receive what is new from all sources, or from those named, and bring the lake up to date.

    With --vintage, and --state where files are by state, one part of a source: what Dagster's pages call a
    partition and backfill in the same way.
    """
    from orchestration.cli.failures import naming_unknown_files
    from orchestration.cli.running import running
    from orchestration.ingest.refresh import chosen_files

    settings = settings_from(sample, home, **others)
    chosen_files(names or None)  # an unknown name is refused here, with the nearest one
    if vintage or state:
        _one_part(settings, names, vintage, state)
        return
    with naming_unknown_files(settings), running(settings) as jobs:
        from orchestration.dagster.jobs import REFRESH
        from orchestration.dagster.options import RefreshOptions, form

        only = [f"source/{name}" for name in names] or None
        jobs.run(REFRESH, form(settings, RefreshOptions), only)

    from orchestration.cli.sources import print_sources

    print_sources(settings)


def _one_part(settings: Settings, names: tuple[str, ...], vintage: str, state: str) -> None:
    """Run the partition of the source's files, as Dagster's pages would."""
    from orchestration.cli.failures import naming_unknown_files
    from orchestration.cli.running import running
    from orchestration.cli.sources import print_sources

    with naming_unknown_files(settings), running(settings) as jobs:
        from orchestration.dagster.options import RefreshOptions, form
        from orchestration.dagster.partitions import named_key

        key = named_key(settings.channel, names, vintage, state)
        jobs.run_partition(f"files/{names[0]}", key, form(settings, RefreshOptions))
    print_sources(settings)
