"""What a run gives, in one table at its end."""

from __future__ import annotations

import json
import resource
from pathlib import Path
from typing import Any

from orchestration.base.manifests import read_manifest
from orchestration.base.settings import Settings


def print_summary(settings: Settings, *, published: bool, seconds: float) -> None:
    """Print where the result lies and what is in it."""
    from rich.console import Console
    from rich.table import Table

    from orchestration.ingest import inbox

    table = Table(title=f"mobility, channel {settings.channel}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, text in rows_of(settings, result_folder(settings, published)):
        table.add_row(label, text)
    if strange := inbox.told_unknown(settings):
        table.add_row("inbox", "\n".join(strange))
    table.add_row("time", f"{seconds:.1f} s, peak memory {_peak_gigabytes():.1f} GB in one process")
    Console().print(table)


def result_folder(settings: Settings, published: bool) -> Path:
    """The release that was published, or the candidate that waits."""
    from orchestration import release
    from orchestration.dagster.steps import newest_candidate

    current = release.current(settings) if published else None
    return Path(current).resolve() if current is not None else newest_candidate(settings)


def rows_of(settings: Settings, folder: Path) -> list[tuple[str, str]]:
    """Label and text of each line of the summary."""
    from orchestration.storage import home

    manifest: dict[str, Any] = read_manifest(folder)
    verdict: dict[str, Any] = json.loads((folder / "gate" / "verdict.json").read_text(encoding="utf-8"))
    tables = manifest["tables"]
    there = {name: entry for name, entry in tables.items() if entry["status"] == "available"}
    publications = [name for name, entry in there.items() if entry["kind"] == "publication"]
    rows = there["metric_values"]["rows"]
    values, variables = _long_table(folder)
    held = [one for table in verdict["tables"] for one in table["expectations"]]
    warned = sum(one["severity"] == "warning" and one["outcome"] != "passed" for one in held)
    waived = sum(bool(one["waiver"]) for one in held)
    gate = f"{verdict['outcome']}: {len(held)} expectations, {warned} warnings"
    lines = [
        ("release" if home.releases(settings).is_one(folder) else "candidate", folder.name),
        ("folder", str(folder)),
        ("tables", f"{len(there)}, among them {len(publications)} publications"),
        (
            "long table",
            f"{rows:,} rows, {values:,} values of {variables} variables",
        ),
        ("gate", f"{gate}, {waived} failures waived" if waived else gate),
    ]
    lines += [("gate", line) for line in verdict.get("unused_waivers") or ()]
    for name, entry in tables.items():
        if entry["status"] != "available":
            lines.append(("unavailable", f"{entry.get('publication') or name}: {entry['reason']}"))
    return lines


def _long_table(folder: Path) -> tuple[int, int]:
    """Count of values and of variables that have one."""
    import duckdb

    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select count(*), count(distinct variable) from metric_values where value is not null"
        ).fetchone()
    assert found is not None
    return found[0], found[1]


def _peak_gigabytes() -> float:
    """The larger of our own peak and that of a child process (Linux counts kilobytes)."""
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(usage) / 1e6
