"""`mobility show`: a community's metrics from the current release."""

from __future__ import annotations

from pathlib import Path

import click

from orchestration.cli.shared_options import place_options, settings_from


@click.command("show")
@click.argument("geoid")
@click.option(
    "--xlsx",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a workbook with every value instead.",
)
@place_options
def command(geoid: str, xlsx: Path | None, sample: bool, home: Path | None) -> None:
    """Print the metrics of a county (5 digits) or city (7 digits) by pillar, newest year first."""
    from orchestration import release
    from orchestration.base.errors import MobilityError
    from orchestration.cli.profile import print_profile
    from orchestration.explain.community import profile
    from orchestration.storage import home as homes

    settings = settings_from(sample, home)
    current = release.current(settings)
    if current is None:
        raise MobilityError(
            "Nothing was published yet.",
            where=homes.releases(settings).where(),
            expected="a release",
            found="none",
            remedy="run `mobility run`",
        )
    if xlsx is not None:
        from orchestration.explain.workbook import write_workbook

        write_workbook(current, geoid, xlsx)
        click.echo(xlsx)
        return
    print_profile(profile(current, geoid))
