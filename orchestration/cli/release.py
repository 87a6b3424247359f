"""`mobility release`: build, judge, publish, list and verify releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orchestration.cli.options import place_options, settings_from


@click.group("release", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build, judge, publish, list and verify releases."""


@command.command("build")
@place_options
def build(sample: bool, home: Path | None) -> None:
    """Make a candidate of the warehouse; its path is printed."""
    settings = settings_from(sample, home)
    _run_only(settings, "candidate")
    from orchestration.steps import newest_candidate

    click.echo(newest_candidate(settings))


@command.command("gate")
@place_options
def gate(sample: bool, home: Path | None) -> None:
    """Let the gate judge the newest candidate; exit code 1 if it refuses."""
    settings = settings_from(sample, home)
    _run_only(settings, "gate")
    from orchestration.steps import newest_candidate

    click.echo(f"passed: {newest_candidate(settings) / 'gate' / 'report.html'}")


@command.command("publish")
@click.argument("candidate", required=False, default="")
@click.option("--approver", default="", help="Who approves the release. [default: your account]")
@place_options
def publish(candidate: str, approver: str, sample: bool, home: Path | None) -> None:
    """Publish a candidate that passed the gate: the newest, or the one named."""
    from orchestration.cli.jobs import running

    settings = settings_from(sample, home)
    with running(settings) as jobs:
        from orchestration.assets.jobs import PUBLISH
        from orchestration.assets.options import PublishOptions, form

        jobs.run(PUBLISH, form(settings, PublishOptions, approver=approver, candidate=candidate))
    from orchestration import release

    click.echo(release.current(settings))


@command.command("list")
@place_options
def list_(sample: bool, home: Path | None) -> None:
    """List the published releases, newest first; the current one is marked."""
    from orchestration import release

    settings = settings_from(sample, home)
    found = release.list_releases(settings)
    if not found:
        click.echo(f"no release of the channel {settings.channel} yet: `mobility run` makes one")
    for item in found:
        click.echo(f"{'*' if item.is_current else ' '} {item.version:<14} {item.path}")


@command.command("verify")
@click.argument("version", required=False)
@place_options
def verify(version: str | None, sample: bool, home: Path | None) -> None:
    """Prove that a release is what was published: every hash, every table, every count."""
    from orchestration import release

    path = _release(settings_from(sample, home), version)
    findings = release.verify(path)
    for finding in findings:
        click.echo(f"- {finding}")
    if findings:
        raise click.exceptions.Exit(1)
    click.echo(f"{path.name}: whole; every file, table and count is what was published")


@command.command("path")
@click.argument("version", required=False)
@place_options
def path(version: str | None, sample: bool, home: Path | None) -> None:
    """Print the folder of the current release, or of the version named."""
    click.echo(_release(settings_from(sample, home), version))


def _release(settings: Any, version: str | None) -> Path:
    from orchestration import release
    from orchestration.errors import MobilityError

    found = settings.releases_dir / version if version else release.current(settings)
    if found is None or not Path(found).is_dir():
        raise MobilityError(
            "there is no such release" if version else "nothing was published yet",
            where=str(settings.releases_dir),
            found=version,
            remedy="see `mobility release list`" if version else "run `mobility run`",
        )
    return Path(found).resolve()


def _run_only(settings: Any, asset: str) -> None:
    from orchestration.cli.jobs import running

    with running(settings) as jobs:
        from orchestration.assets.jobs import BUILD
        from orchestration.assets.options import BuildOptions, form

        jobs.run(BUILD, form(settings, BuildOptions), [asset])
