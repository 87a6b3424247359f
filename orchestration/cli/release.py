"""`mobility release`: build, judge, publish, roll back, list and verify releases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from orchestration.cli.shared_options import place_options, settings_from, site_option


@click.group("release", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Build, judge, publish, list and verify releases."""


@command.command("build")
@site_option
@place_options
def build(site: bool, sample: bool, home: Path | None) -> None:
    """Make a candidate of the warehouse; its path is printed."""
    settings = settings_from(sample, home, site=site)
    _run_only(settings, "candidate")
    from orchestration.dagster.steps import newest_candidate

    click.echo(newest_candidate(settings))


@command.command("gate")
@place_options
def gate(sample: bool, home: Path | None) -> None:
    """Let the gate judge the newest candidate; exit code 1 if it refuses."""
    settings = settings_from(sample, home)
    _run_only(settings, "gate")
    from orchestration.dagster.steps import newest_candidate

    click.echo(f"passed: {newest_candidate(settings) / 'gate' / 'report.html'}")


@command.command("publish")
@click.argument("candidate", required=False, default="")
@click.option("--approver", default="", help="Who approves the release. [default: your account]")
@place_options
def publish(candidate: str, approver: str, sample: bool, home: Path | None) -> None:
    """Publish a candidate that passed the gate: the newest, or the one named."""
    from orchestration.cli.running import running

    settings = settings_from(sample, home)
    with running(settings) as jobs:
        from orchestration.dagster.jobs import PUBLISH
        from orchestration.dagster.options import PublishOptions, form

        jobs.run(PUBLISH, form(settings, PublishOptions, approver=approver, candidate=candidate))
    from orchestration import release

    click.echo(release.current(settings))


@command.command("diff")
@click.argument("old", required=False, default="")
@click.argument("new", required=False, default="")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Write page and cells there too."
)
@place_options
def diff(old: str, new: str, out: Path | None, sample: bool, home: Path | None) -> None:
    """Tell what differs between two releases or candidates, and why.

    OLD and NEW are versions, names of candidates or folders. Without them: the newest candidate against
    the current release; once it is published, the current release against the one before. With OLD alone:
    against that one.
    """
    from orchestration.release import telling_differences
    from orchestration.release.diff import compare

    settings = settings_from(sample, home)
    found = compare(*_both_sides(settings, old, new))
    click.echo(telling_differences.text(found))
    if out is not None:
        telling_differences.write(found, out)
        click.echo(out / "index.html")


def _both_sides(settings: Any, old: str, new: str) -> tuple[Path, Path]:
    """What to compare: as named, else what is new with what was there before it."""
    from orchestration.release.what_to_compare import newest, one_before

    after = _folder(settings, new) if new else newest(settings, _newest_candidate(settings))
    return (_folder(settings, old) if old else one_before(settings, after)), after


def _newest_candidate(settings: Any) -> Path | None:
    """The candidate made last, or None if there is none any more."""
    from orchestration.base.errors import MobilityError
    from orchestration.dagster.steps import newest_candidate

    try:
        return newest_candidate(settings)
    except MobilityError:
        return None


def _folder(settings: Any, name: str) -> Path:
    """A release by its version, a candidate by its name, or a folder of either by its path."""
    from orchestration.base.errors import MobilityError
    from orchestration.release.store import find
    from orchestration.storage import home

    places = [home.candidates(settings) / name, Path(name)]
    found = find(settings, name) or next((one for one in places if (one / "manifest.json").is_file()), None)
    if found is None:
        raise MobilityError(
            "There is no such release or candidate.",
            where=str(settings.channel_dir),
            expected="a version, the name of a candidate, or a folder with manifest.json",
            found=name,
            remedy="see `mobility release list`",
        )
    return found.resolve()


@command.command("agreement")
@click.argument("name", required=False, default="")
@click.option("--by-state", is_flag=True, help="One line a state.")
@place_options
def agreement(name: str, by_state: bool, sample: bool, home: Path | None) -> None:
    """Count the computed numbers that equal the published ones; exit code 1 if one is unexplained.

    NAME is a version, the name of a candidate or a folder. [default: the newest candidate]
    """
    from orchestration.dagster.steps import newest_candidate
    from orchestration.release import agreement as agreements

    settings = settings_from(sample, home)
    rows = agreements.agreement(
        _folder(settings, name) if name else newest_candidate(settings), by_state=by_state
    )
    click.echo(agreements.table(rows))
    if any(row.unexplained for row in rows):
        raise click.exceptions.Exit(1)


@command.command("site")
@click.argument("version", required=False, default="")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="[default: sites/<version>]")
@place_options
def site(version: str, out: Path | None, sample: bool, home: Path | None) -> None:
    """Write a release as pages to read: metrics, counties, cities, gate, changes."""
    from orchestration.site import build_site

    settings = settings_from(sample, home)
    release = _folder(settings, version) if version else _release(settings, None)
    target = (out or settings.channel_dir / "sites" / release.name).resolve()
    count = build_site(release, target, lambda done, total, what: click.echo(f"{done} of {total}", err=True))
    click.echo(f"{count} pages: {target / 'index.html'}")


@command.command("rebuild")
@click.argument("version", required=False)
@click.option(
    "--into", required=True, type=click.Path(file_okay=False, path_type=Path), help="An empty folder."
)
@place_options
def rebuild(version: str | None, into: Path, sample: bool, home: Path | None) -> None:
    """Build a release anew from its recorded inputs; exit code 1 unless every byte is the same."""
    from orchestration.release.rebuild import rebuild as build_anew
    from orchestration.site import write_into

    settings = settings_from(sample, home)
    release = _release(settings, version)
    built = build_anew(
        settings,
        release,
        into,
        lambda done, total, step: click.echo(f"{step}: done", err=True),
        write_pages=write_into,
    )
    for finding in built.findings:
        click.echo(f"- {finding}")
    if not built.is_same:
        click.echo(f"built: {built.candidate}")
        raise click.exceptions.Exit(1)
    click.echo(f"{release.name}: the same bytes, built anew in {built.candidate}")


@command.command("push")
@click.argument("version", required=False)
@click.option("--to", "url", required=True, help="A folder, or an address such as s3://bucket/path.")
@click.option("--approver", default="", help="Who decides. [default: your account]")
@place_options
def push(version: str | None, url: str, approver: str, sample: bool, home: Path | None) -> None:
    """Carry a release elsewhere: its files, a proof by reading back, then the pointer."""
    import getpass

    from orchestration.release.push import push as carry
    from orchestration.release.push import refuse_withdrawn

    settings = settings_from(sample, home)
    path = _release(settings, version)
    refuse_withdrawn(settings, path.name)
    done = carry(path, url, approver=approver or getpass.getuser())
    told = f"{done.version}: {done.sent} files sent, {done.found} were there"
    click.echo(f"{told}; {done.url}/current.json points to it")


@command.command("rollback")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
@click.option("--to", "version", default="", help="A version. [default: the one before the current]")
@click.option("--at", "url", default="", help="Where releases were pushed to. [default: here]")
@click.option("--approver", default="", help="Who decides. [default: your account]")
@place_options
def rollback(reason: str, version: str, url: str, approver: str, sample: bool, home: Path | None) -> None:
    """Point `current` to an earlier release; no release is changed or removed."""
    from orchestration.cli.running import running

    settings = settings_from(sample, home)
    if url:
        _point_back(url, version, approver, reason)
        return
    with running(settings) as jobs:
        from orchestration.dagster.jobs import ROLLBACK
        from orchestration.dagster.options import RollbackOptions, form

        jobs.run(ROLLBACK, form(settings, RollbackOptions, reason=reason, version=version, approver=approver))
    from orchestration import release

    click.echo(release.current(settings))


def _point_back(url: str, version: str, approver: str, reason: str) -> None:
    """Roll back where releases were pushed to."""
    import getpass

    from orchestration.release.push import point_back

    if not version:
        raise click.UsageError("name the version with --to: elsewhere none is chosen for you")
    point_back(url, version, approver=approver or getpass.getuser(), reason=reason)
    click.echo(f"{url}/current.json points to {version}")


@command.command("prune")
@click.option("--keep", type=click.IntRange(min=1), default=1, help="Newest candidates to keep. [default: 1]")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@place_options
def prune(keep: int, dry_run: bool, sample: bool, home: Path | None) -> None:
    """Remove old candidates; releases are never removed."""
    from orchestration import release

    settings = settings_from(sample, home)
    gone = release.prune(settings, keep=keep, dry_run=dry_run)
    for one in gone:
        click.echo(f"{'would remove' if dry_run else 'removed'} {one.path} ({one.bytes / 1e6:.0f} MB)")
    if not gone:
        click.echo("nothing to remove")


@command.command("list")
@place_options
def list_(sample: bool, home: Path | None) -> None:
    """List the published releases, newest first; the current one is marked."""
    from orchestration import release
    from orchestration.release import journal

    settings = settings_from(sample, home)
    found = release.list_releases(settings)
    out = journal.withdrawn(settings)
    if not found:
        click.echo(f"no release of the channel {settings.channel} yet: `mobility run` makes one")
    for item in found:
        line = out.get(item.version)
        why = f"  rolled back by {line['approver']}: {line['reason']}" if line else ""
        click.echo(f"{'*' if item.is_current else ' '} {item.version:<14} {item.where}{why}")


@command.command("verify")
@click.argument("version", required=False)
@place_options
def verify(version: str | None, sample: bool, home: Path | None) -> None:
    """Prove that a release is what was published: every hash, every table, every count."""
    from orchestration import release
    from orchestration.storage import home as homes

    settings = settings_from(sample, home)
    path = _release(settings, version)
    findings = homes.releases(settings).damages(path.name) + release.verify(path)
    for finding in findings:
        click.echo(f"- {finding}")
    if findings:
        click.echo(
            "  to do:    bring the release back from a copy, such as the place it was pushed to, or build it "
            f"anew with `mobility release rebuild {path.name} --into DIR`; until then readers should take "
            "another one: `mobility release rollback --to VERSION --reason ...`"
        )
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
    from orchestration.base.errors import MobilityError
    from orchestration.release.store import find
    from orchestration.storage import home

    found = find(settings, version) if version else release.current(settings)
    if found is None:
        raise MobilityError(
            "There is no such release." if version else "Nothing was published yet.",
            where=home.releases(settings).where(),
            expected="a version that was published" if version else "a release",
            found=version or "none",
            remedy="see `mobility release list`" if version else "run `mobility run`",
        )
    return found


def _run_only(settings: Any, asset: str) -> None:
    from orchestration.cli.running import running

    with running(settings) as jobs:
        from orchestration.dagster.jobs import BUILD
        from orchestration.dagster.options import BuildOptions, form

        jobs.run(BUILD, form(settings, BuildOptions), [asset])
