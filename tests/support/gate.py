"""Measuring a candidate's tables without Great Expectations, which takes seconds to import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from orchestration.gate.manifest import Manifest, read_manifest
from orchestration.gate.measure import measure, with_exceptions
from orchestration.gate.suites import find_suite
from orchestration.gate.tables import lay_out, lay_out_for
from orchestration.gate.workbench import Workbench

_SHARED = (
    "county", "deviations", "geography_years", "metric_values", "published_values", "series",
    "value_components",
)  # fmt: skip


def _only(manifest: Manifest, names: tuple[str, ...]) -> Manifest:
    """The manifest with the tables asked for and those that rules share: opening all takes longer."""
    kept = {name: entry for name, entry in manifest.tables.items() if name in (*names, *_SHARED)}
    return replace(manifest, tables=kept)


def broken_rules(
    folder: Path, *names: str, previous: Path | None = None, only: str | None = None
) -> dict[str, str]:
    """Rules of these tables that do not hold, with their severity; of all rules, or of one."""
    manifest = _only(read_manifest(folder), names)
    found: dict[str, str] = {}
    with Workbench() as workbench:
        tables = lay_out(workbench, manifest, _only(read_manifest(previous), names) if previous else None)
        for name in names:
            entry = manifest.tables[name]
            suite = find_suite(name, entry.kind)
            assert suite is not None, name
            lay_out_for(entry, manifest, tables, workbench)
            declared = [one for one in with_exceptions(suite.declare(tables)) if only in (None, one.rule)]
            assert declared, f"{name} declares no rule {only}"
            for one, parts in measure(workbench, declared):
                assert not any(part.raised for part in parts), (
                    name,
                    one.rule,
                    [part.raised for part in parts],
                )
                if not all(part.holds for part in parts):
                    found[f"{name}.{one.rule}"] = one.severity
    return found
