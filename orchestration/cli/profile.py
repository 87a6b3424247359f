"""Prints a community's profile so that it can be read in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.explain.community import Metric, Profile

_QUALITY = {"Strong": "green", "Marginal": "yellow", "Weak": "red"}


def print_profile(profile: Profile) -> None:
    """How much is computed; metrics by pillar: value, interval, quality, year, or why there is no value."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    head = f"[bold]{profile.name}, {profile.state_name}[/]  {profile.geography_type} {profile.geoid}"
    console.print(f"{head}, {profile.valid_from}-{profile.valid_to}")
    console.print(
        f"[dim]channel {profile.channel}, release {profile.version}; newest value of each metric[/]"
    )
    for line in profile.origins:
        console.print(f"[dim]{line}[/]")
    for pillar, metrics in profile.pillars.items():
        table = Table(
            title=pillar, title_justify="left", title_style="bold", box=None, pad_edge=False, expand=True
        )
        table.add_column("metric", ratio=3, overflow="fold")
        table.add_column("year", no_wrap=True)
        table.add_column("value", justify="right", no_wrap=True)
        table.add_column("interval", justify="right", no_wrap=True)
        table.add_column("quality", no_wrap=True)
        table.add_column("note", ratio=2, overflow="fold")
        for metric in metrics:
            quality = metric.quality or ""
            style = _QUALITY.get(quality)
            table.add_row(
                metric.label,
                str(metric.year),
                value_text(metric.value, metric.unit),
                interval_text(metric),
                f"[{style}]{quality}[/]" if style else quality,
                note_text(metric),
            )
        console.print()
        console.print(table)


def value_text(value: float | None, unit: str) -> str:
    """A number as a person reads it: shares in per cent, dollars and counts with separators."""
    if value is None:
        return "-"
    if unit.startswith("share"):
        return f"{100 * value:.1f} %"
    if unit.startswith("US dollars"):
        return f"${value:,.0f}"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:,.2f}"


def interval_text(metric: Metric) -> str:
    """Lower and upper bound, or nothing where the source gives none."""
    if metric.lower is None or metric.upper is None:
        return ""
    return f"{value_text(metric.lower, metric.unit)} - {value_text(metric.upper, metric.unit)}"


def note_text(metric: Metric) -> str:
    """Why there is no value, where it comes from, which known deviations touch it."""
    if metric.value is None:
        return f"[dim]{metric.missing_reason or ''}[/]"
    notes = ["computed"] if metric.origin == "computed" else []
    return f"[dim]{'; '.join([*notes, *metric.deviation_ids])}[/]"
