"""Which rules do not hold of a candidate's tables, without a verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import Manifest, read_manifest
from orchestration.gate.suites import find_suite
from orchestration.gate.table_verdicts import lay_out, lay_out_for
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
        evaluator = Evaluator(workbench)
        for name in names:
            entry = manifest.tables[name]
            lay_out_for(entry, manifest, tables, workbench)
            suite = find_suite(name, entry.kind).make(name, tables)
            if only is not None:
                suite.expectations = [one for one in suite.expectations if one.meta["rule"] == only]
            assert suite.expectations, f"{name} declares no rule {only}"
            for one in evaluator.judge(name, suite):
                assert one.outcome in ("passed", "failed"), (name, one.rule, one.outcome, one.problem)
                if one.outcome == "failed":
                    found[f"{name}.{one.rule}"] = one.severity
    return found
