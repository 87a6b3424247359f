"""`mobility sources`: what is at hand, what is missing and how to get it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from orchestration.cli.options import place_options, settings_from


@click.command("sources")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@place_options
def command(names: tuple[str, ...], sample: bool, home: Path | None) -> None:
    """Show every source with what the lake has of it; name one to see its files and how to get them."""
    settings = settings_from(sample, home)
    if names:
        print_files(settings, names)
    else:
        print_sources(settings)


def print_sources(settings: Any) -> None:
    """One line per source."""
    from rich.console import Console
    from rich.table import Table

    from orchestration.sources import SOURCES

    table = Table(title=f"Sources of the channel {settings.channel}", title_justify="left")
    table.add_column("source", no_wrap=True)
    table.add_column("access")
    table.add_column("at hand", justify="right")
    table.add_column("missing", justify="right")
    table.add_column("vintages", overflow="fold")
    for source in SOURCES.values():
        have = _held(settings, source.name)
        files = [file for file in source.files if file.channel in (None, settings.channel)]
        missing = [file for file in files if (file.vintage, file.name) not in have]
        vintages = sorted({vintage for vintage, _ in have})
        table.add_row(source.name, source.access, str(len(have)), str(len(missing)), ", ".join(vintages))
    Console().print(table)
    if not any(_held(settings, name) for name in SOURCES):
        click.echo("Nothing has been taken in yet: `mobility ingest` takes in what ships with the project.")
    click.echo("`mobility sources NAME` lists the files of a source and how to get those that are missing.")


def print_files(settings: Any, names: tuple[str, ...]) -> None:
    """Every file of the named sources, with its origin or the way to get it."""
    from orchestration.ingest import inbox
    from orchestration.ingest.refresh import chosen_files

    shown, told = "", set()
    held_files: dict[tuple[str, str], dict] = {}
    for source, file in chosen_files(names, settings.channel):
        if source.name != shown:
            shown = source.name
            held_files = _held(settings, shown)
            _head(source)
        held = held_files.get((file.vintage, file.name))
        if held is None and file.partition:
            # Of the states that are not at hand one stands for all of the vintage.
            if file.vintage in told:
                continue
            told.add(file.vintage)
        click.secho(f"{'+' if held else '-'} {file.vintage}  {file.official_name}", bold=not held)
        if held:
            click.echo(f"    {held['origin']}, {held['bytes']:,} bytes, sha256 {held['sha256'][:12]}")
        else:
            reasons = {item.name: item.reason for item in source.not_at_hand}
            if file.name in reasons:
                click.echo(f"    {reasons[file.name]}")
            click.echo(f"    {inbox.how_to_fetch(settings, source, file)}")


def _head(source: Any) -> None:
    click.secho(f"\n{source.name}: {source.title}", bold=True)
    for label, text in (
        ("agency", source.agency),
        ("page", source.landing_page),
        ("terms", source.terms),
        ("cite", source.citation),
        ("complete", source.complete),
    ):
        click.echo(f"  {label:<9} {text}")


def _held(settings: Any, name: str) -> dict[tuple[str, str], dict]:
    """What the lake was made of, by vintage and file."""
    from orchestration.ingest import inputs

    by_source: dict[str, dict[tuple[str, str], dict]] = defaultdict(dict)
    for item in inputs(settings):
        by_source[item["source"]][(item["vintage"], item["file"])] = item
    return by_source[name]
