"""Judging a candidate: bytes first, then every table by its suite; the verdict is written beside them."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.gate import report
from orchestration.gate.carried import Findings, findings_of
from orchestration.gate.evaluate import imported_ahead
from orchestration.gate.fingerprint import gate_sha256
from orchestration.gate.manifest import (
    GATE_FILES,
    GATE_FOLDER,
    Manifest,
    file_findings,
    read_manifest,
)
from orchestration.gate.table_verdicts import judge_tables, lay_out
from orchestration.gate.verdict import TableVerdict, Verdict
from orchestration.gate.waiving import unused
from orchestration.gate.workbench import Workbench

# What counts and judges, beside our own code.
_JUDGES = ("duckdb", "duckdb-sqlalchemy", "great-expectations", "sqlalchemy")

_TURN = 0.05  # seconds


def judge(candidate: Path, previous: Path | None = None) -> Verdict:
    """Judge a candidate and write `gate/verdict.json`, `gate/report.md` and `gate/report.html` into it.

    Args:
        candidate: folder of the candidate.
        previous: folder of the release it would follow; coverage must not fall behind it.

    Raises:
        MobilityError: candidate or previous release cannot be read, or they are of different channels.
    """
    for name in GATE_FILES:
        (candidate / name).unlink(missing_ok=True)
    manifest = read_manifest(candidate)
    before = None if previous is None else _previous(previous, manifest)
    findings = file_findings(manifest)
    reasons = findings or _list_findings(manifest)
    gate, versions = gate_sha256(), {name: importlib.metadata.version(name) for name in _JUDGES}
    last = findings_of(before, gate, versions)
    tables = [] if findings else _judge(manifest, before, last)
    refused = bool(reasons) or not tables or any(table.outcome == "refused" for table in tables)
    verdict = Verdict(
        channel=manifest.channel,
        outcome="refused" if refused else "passed",
        reasons=reasons,
        manifest_sha256=manifest.sha256,
        previous_manifest_sha256=before.sha256 if before else None,
        gate_sha256=gate,
        versions=versions,
        tables=tables,
        unused_waivers=unused(manifest, tables) if tables else [],
    )
    return report.write(candidate / GATE_FOLDER, verdict)


def _previous(folder: Path, manifest: Manifest) -> Manifest:
    before = read_manifest(folder)
    if before.channel != manifest.channel:
        raise MobilityError(
            "A candidate is compared with a release of its own channel only.",
            where=str(folder),
            expected=manifest.channel,
            found=before.channel,
            remedy="pass the current release of the candidate's channel, or none",
        )
    return before


def _list_findings(manifest: Manifest) -> list[str]:
    """Tables that a release must have and the manifest does not name, and Parquet files of no table."""
    needed = [row["table_name"] for row in read("publication_list")]
    needed += ["metric_values", "series", "geography_years"]
    known = {entry.file for entry in manifest.tables.values()}
    strays = sorted(name for name in manifest.files if name.startswith("parquet/") and name not in known)
    return [
        *(f"table {name} is not in the manifest" for name in needed if name not in manifest.tables),
        *(f"{name} belongs to no table of the manifest" for name in strays),
    ]


def _judge(manifest: Manifest, before: Manifest | None, last: Findings) -> list[TableVerdict]:
    """Great Expectations is imported beside the laying out, which mostly runs outside Python.

    Two of Python's threads share the tables and keep two cores busy: then DuckDB needs one for each, and a
    tenth less work. Where much is carried over, what is left is mostly the long table: two of DuckDB's.
    """
    loading = imported_ahead()
    with _long_turns(), Workbench(threads=2 if last else 1, on_demand=bool(last)) as workbench:
        tables = lay_out(workbench, manifest, before)
        return judge_tables(manifest, tables, workbench, loading.join, last)


@contextmanager
def _long_turns() -> Iterator[None]:
    """Threads that both have Python to run take turns of 50 ms, not 5: switching costs processor time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
