"""The guard of publishing: a passing verdict of today's gate for exactly these bytes, or an error."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from expectations.rules.waivers import INTEGRITY
from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.gate.fingerprint import gate_sha256
from orchestration.gate.manifest import Manifest, file_findings, read_manifest
from orchestration.gate.verdict import VERDICT_FILE, read_verdict
from orchestration.gate.waiving import today

_JUDGE = "let the gate judge it with `mobility release gate`"


def check_verdict(candidate: Path, *, by_todays_gate: bool = True) -> None:
    """Raise unless the candidate has a passing verdict for exactly its present bytes.

    Every hash is computed anew, so it does not matter who calls this, when, and what they believe.

    Args:
        candidate: folder of a candidate or release.
        by_todays_gate: whether the verdict must come from the gate as it stands. Publishing asks for
            that; a release published before the gate changed stays whole without it.

    Raises:
        MobilityError: not judged, refused, edited, judged by another gate, or bytes have changed.
    """
    data = read_verdict(candidate)
    manifest = read_manifest(candidate)
    where = str(candidate / VERDICT_FILE)
    _same(where, "The verdict is of another candidate.", manifest.sha256, data.get("manifest_sha256"))
    if by_todays_gate:
        another = "The verdict was given by another version of the gate."
        _same(where, another, gate_sha256(), data.get("gate_sha256"))
    _unchanged(manifest)
    _reports_unchanged(candidate, data)
    _passing(where, data, manifest)
    _waivers_hold(where, data, manifest, todays=by_todays_gate)


def _same(where: str, problem: str, expected: str, found: Any) -> None:
    if found != expected:
        raise MobilityError(problem, where=where, expected=expected, found=str(found), remedy=_JUDGE)


def _unchanged(manifest: Manifest) -> None:
    findings = file_findings(manifest)
    if findings:
        raise MobilityError(
            "The candidate's files are not those that were judged.",
            where=str(manifest.folder),
            expected="exactly the files of manifest.json",
            found="; ".join(findings[:5]) + (f"; and {len(findings) - 5} more" if len(findings) > 5 else ""),
            remedy="build the candidate again and let the gate judge it",
        )


def _reports_unchanged(candidate: Path, data: dict[str, Any]) -> None:
    for name, expected in sorted(data["reports"].items()):
        path = candidate / name
        found = sha256_of(path) if path.is_file() else "no file"
        _same(str(path), "The gate's report is not the one it wrote.", expected, found)


def _passing(where: str, data: dict[str, Any], manifest: Manifest) -> None:
    """The outcome is derived again from the tables: a verdict must not say more than its findings."""
    tables = {table["table"]: table for table in data["tables"]}
    refused = [*data["reasons"], *(f"{name}: no verdict" for name in manifest.tables if name not in tables)]
    for name, table in tables.items():
        if table["outcome"] == "refused" or not _is_sound(table):
            refused += [
                f"{name}: {reason}" for reason in table["reasons"] or ["the verdict contradicts itself"]
            ]
    if data["outcome"] != "passed" or refused:
        raise MobilityError(
            "The gate refused this candidate.",
            where=where,
            expected="every table passed or rightly unavailable",
            found="; ".join(refused[:5]) + (f"; and {len(refused) - 5} more" if len(refused) > 5 else ""),
            remedy="read gate/report.md, correct the cause, build and judge again",
        )


def _waivers_hold(where: str, data: dict[str, Any], manifest: Manifest, *, todays: bool) -> None:
    """Each waiver in use is of this release, is named by its manifest, and waives no rule of integrity."""
    named = [dict(item) for item in manifest.waivers]
    for table in data["tables"]:
        for one in table["expectations"]:
            waiver = one.get("waiver")
            if not waiver:
                continue
            expired = todays and date.fromisoformat(waiver["expires"]) < today()
            sound = waiver in named and waiver["version"] == manifest.version and one["rule"] not in INTEGRITY
            if expired or not sound:
                raise MobilityError(
                    "A waiver has expired." if expired else "A waiver is not one of this release.",
                    where=where,
                    expected="a waiver of this version, named by the manifest, not expired",
                    found=f"{waiver['waiver_id']}: {waiver['rule']}, until {waiver['expires']}",
                    remedy="mend the cause, or have a new waiver reviewed; then build and judge again",
                )


def _is_sound(table: dict[str, Any]) -> bool:
    if table["outcome"] == "unavailable":
        return not table["expectations"]
    outcomes = [
        ("warning" if one.get("waiver") else one["severity"], one["outcome"]) for one in table["expectations"]
    ]
    return (
        table["outcome"] == "passed"
        and len(outcomes) == table["declared"] == table["evaluated"] > 0
        and all(
            outcome == "passed" or (severity, outcome) == ("warning", "failed")
            for severity, outcome in outcomes
        )
    )
