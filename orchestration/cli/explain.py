"""`mobility explain`: where a number comes from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from orchestration.cli.shared_options import place_options, settings_from

_OTHER_RELEASES = 3


@click.command("explain")
@click.argument("geoid")
@click.argument("variable")
@click.argument("year", type=int)
@click.option("--subgroup", default="", help="Label of a subgroup, such as Female. [default: everybody]")
@click.option("--by", default="", help="Kind of subgroups, such as race-ethnicity.")
@click.option("--sample-of", "survey", default="", help="acs1 or acs5, where both have the value.")
@click.option("--release", "version", default="", help="A version. [default: the current release]")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@place_options
def command(
    geoid: str,
    variable: str,
    year: int,
    subgroup: str,
    by: str,
    survey: str,
    version: str,
    as_json: bool,
    sample: bool,
    home: Path | None,
) -> None:
    """Tell where a number comes from: value, interval, quality, files, deviations, history.

    Example: mobility explain 01003 share_employed 2018
    """
    from orchestration import release as releases
    from orchestration.base.errors import MobilityError
    from orchestration.explain.cell import explain
    from orchestration.explain.in_words import in_words
    from orchestration.explain.rows import with_rows
    from orchestration.release.journal import withdrawn
    from orchestration.release.store import find, versions
    from orchestration.storage import home as homes

    settings = settings_from(sample, home)
    folder = find(settings, version) if version else releases.current(settings)
    if folder is None:
        raise MobilityError(
            "There is no such release." if version else "Nothing was published yet.",
            where=homes.releases(settings).where(),
            expected="a version that was published" if version else "a release",
            found=version or "none",
            remedy="see `mobility release list`" if version else "run `mobility run`",
        )
    # Versions by name: hashing every release's manifest would take longer than the answer.
    names = [name for name in versions(settings) if name != folder.name][:_OTHER_RELEASES]
    others = [homes.releases(settings).local(name) for name in reversed(names)]
    taken_back = {name: f"{one['approver']}: {one['reason']}" for name, one in withdrawn(settings).items()}
    asked = {"subgroup": subgroup, "by": by, "sample": survey}
    found = explain(folder, geoid, variable, year, **asked, others=others, rolled_back=taken_back)
    found = with_rows(found, settings)
    click.echo(found.to_json(only_ascii=not _speaks_unicode()) if as_json else in_words(found))


def _speaks_unicode() -> bool:
    """Whether every letter can be printed; programs that read us elsewhere get them escaped, not lost."""
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
