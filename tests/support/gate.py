"""Measuring a candidate's tables without Great Expectations, which takes seconds to import."""

from __future__ import annotations

from pathlib import Path

from orchestration.gate.manifest import read_manifest
from orchestration.gate.measure import measure, with_exceptions
from orchestration.gate.suites import find_suite
from orchestration.gate.tables import lay_out
from orchestration.gate.workbench import Workbench


def broken_rules(
    folder: Path, *names: str, previous: Path | None = None, only: str | None = None
) -> dict[str, str]:
    """Rules of these tables that do not hold, with their severity; of all rules, or of one."""
    manifest = read_manifest(folder)
    found: dict[str, str] = {}
    with Workbench() as workbench:
        tables = lay_out(workbench, manifest, read_manifest(previous) if previous else None)
        for name in names:
            entry = manifest.tables[name]
            suite = find_suite(name, entry.kind)
            assert suite is not None, name
            if entry.kind == "publication":
                workbench.spread(tables.publication(name), folder / entry.file)
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
