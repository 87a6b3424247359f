"""`mobility sources`: what is at hand, what is missing and how to get it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from orchestration.cli.shared_options import place_options, settings_from, source_options


@click.command("sources")
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@source_options
@place_options
def command(names: tuple[str, ...], sample: bool, home: Path | None, **found: Any) -> None:
    """Show every source with what is at hand of it; name one to see its files and how to get them."""
    settings = settings_from(sample, home, **found)
    if names:
        print_files(settings, names)
    else:
        print_sources(settings)


def print_sources(settings: Any) -> None:
    """One line per source."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from orchestration.ingest import inbox, waiting
    from orchestration.sources import SOURCES

    mirrors = waiting.folders(settings)
    # Lines between columns would leave too little of 80 letters for a vintage such as 2024-03-13.
    table = Table(
        title=f"Sources of the channel {settings.channel}",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    table.add_column("source", no_wrap=True)
    table.add_column("access", no_wrap=True)
    for heading in ("at\nhand", "taken\nin", "missing"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("vintages")
    taken_in = _held(settings)
    for source in SOURCES.values():
        have = taken_in[source.name]
        files = [file for file in source.files if file.channel in (None, settings.channel)]
        at_hand = [
            file
            for file in files
            if (file.vintage, file.name) in have or waiting.place(settings, source, file, mirrors)
        ]
        counts = (len(at_hand), len(have), len(files) - len(at_hand))
        vintages = sorted({file.vintage for file in at_hand})
        table.add_row(source.name, source.access, *(str(count) for count in counts), ", ".join(vintages))
    Console().print(table)
    for line in inbox.told_unknown(settings):
        click.echo(line)
    if not any(taken_in.values()):
        click.echo("Nothing has been taken in yet: `mobility ingest` takes in what is at hand.")
        if settings.channel == "sample":
            click.echo("The sample's files are invented by the first run: `mobility run --sample`.")
    click.echo("`mobility sources NAME` lists the files of a source and how to get those that are missing.")


def print_files(settings: Any, names: tuple[str, ...]) -> None:
    """Every file of the named sources, with its origin or the way to get it."""
    from orchestration.ingest import inbox, waiting
    from orchestration.ingest.refresh import chosen_files

    mirrors = waiting.folders(settings)
    shown, told = "", set()
    taken_in = _held(settings)
    for source, file in chosen_files(names, settings.channel):
        if source.name != shown:
            shown = source.name
            _head(source)
        held = taken_in[source.name].get((file.vintage, file.name))
        lies = None if held else waiting.place(settings, source, file, mirrors)
        if held is None and lies is None and file.partition:
            # Of the states that are not at hand one stands for all of the vintage.
            if file.vintage in told:
                continue
            told.add(file.vintage)
        sign = "+" if held or lies else "-"
        click.secho(f"{sign} {file.vintage}  {file.official_name}", bold=sign == "-")
        if held:
            click.echo(f"    {held['origin']}, {held['bytes']:,} bytes, sha256 {held['sha256'][:12]}")
        elif lies:
            click.echo(f"    {lies}; not taken in yet")
        else:
            reasons = {item.name: item.reason for item in source.not_at_hand}
            if file.name in reasons:
                click.echo(f"    {reasons[file.name]}")
            click.echo(f"    {inbox.how_to_fetch(settings, source, file)}")
    for line in inbox.told_unknown(settings):
        click.echo(line)


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


def _held(settings: Any) -> dict[str, dict[tuple[str, str], dict]]:
    """What the lake was made of, by source, then by vintage and file."""
    from orchestration.ingest import inputs

    by_source: dict[str, dict[tuple[str, str], dict]] = defaultdict(dict)
    for item in inputs(settings):
        by_source[item["source"]][(item["vintage"], item["file"])] = item
    return by_source
