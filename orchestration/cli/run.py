"""`mobility run`: everything, from the sources to a published release."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from orchestration.base import progress
from orchestration.cli.shared_options import (
    place_options,
    settings_from,
    site_option,
    source_options,
    threads_option,
)


@click.command("run")
@place_options
@source_options
@threads_option
@site_option
@click.option("--no-publish", is_flag=True, help="Stop after the gate.")
@click.option("--approver", default="", help="Who approves the release. [default: your account]")
def command(sample: bool, home: Path | None, no_publish: bool, approver: str, **others: Any) -> None:
    """Bring everything up to date: sources, warehouse, candidate, gate, release.

    Steps whose inputs did not change are skipped. Without --download, files come from the mirror
    that ships with the project (and the mirrors and the inbox you name): no network is needed.
    """
    started = time.monotonic()
    settings = settings_from(sample, home, **others)

    from orchestration.cli.failures import naming_unknown_files
    from orchestration.cli.running import running
    from orchestration.cli.summary import print_summary

    with naming_unknown_files(settings), running(settings) as jobs:
        from orchestration.dagster import jobs as names
        from orchestration.dagster.options import BuildOptions, PublishOptions, RefreshOptions, form
        from orchestration.dagster.steps import stands_published
        from orchestration.warehouse import build as warehouse
        from orchestration.warehouse.project import read_ahead

        jobs.run(names.REFRESH, form(settings, RefreshOptions))
        if stands_published(settings):
            progress.of("release")(1, 1, "unchanged")
        else:
            # Left out if current: to record 250 assets as unchanged would take seconds.
            job = names.JUDGE if warehouse.is_current(settings) else names.BUILD
            with nullcontext() if job == names.JUDGE else read_ahead(settings):
                jobs.run(job, form(settings, BuildOptions))
            if not no_publish:
                jobs.run(names.PUBLISH, form(settings, PublishOptions, approver=approver))
    print_summary(settings, published=not no_publish, seconds=time.monotonic() - started)
