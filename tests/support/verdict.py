"""A passing verdict in the gate's own format, for tests of what comes after the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from orchestration.gate import report
from orchestration.gate.fingerprint import gate_sha256
from orchestration.gate.manifest import GATE_FOLDER, Entry, Manifest, read_manifest
from orchestration.gate.verdict import Checked, Judged, TableVerdict, Verdict


def write_verdict(candidate: Path, outcome: Literal["passed", "refused"] = "passed") -> None:
    """Give a candidate the verdict that today's gate would give if all rules held, or one did not."""
    manifest = read_manifest(candidate)
    verdict = Verdict(
        channel=manifest.channel,
        outcome=outcome,
        reasons=[] if outcome == "passed" else ["an invented reason"],
        manifest_sha256=manifest.sha256,
        previous_manifest_sha256=None,
        gate_sha256=gate_sha256(),
        versions={},
        tables=[_table(manifest, entry) for entry in manifest.tables.values()],
    )
    report.write(candidate / GATE_FOLDER, verdict)


def _table(manifest: Manifest, entry: Entry) -> TableVerdict:
    if entry.status == "unavailable":
        return TableVerdict(entry.name, entry.publication, entry.title, "unavailable", [entry.reason])
    rule = Judged(
        id=f"{entry.name}.rule",
        rule="rule",
        severity="error",
        statement="an invented rule",
        outcome="passed",
        looked_at=1,
        unexpected=0,
        parts=[Checked("rule", 1, 0, 1)],
    )
    return TableVerdict(
        entry.name,
        entry.publication,
        entry.title,
        "passed",
        [],
        sha256=manifest.files[entry.file],
        rows=entry.rows,
        declared=1,
        evaluated=1,
        expectations=[rule],
    )
