"""Which failures of a table its release's waivers let through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from expectations.rules import waivers
from expectations.rules.waivers import Waiver, waivers_of
from orchestration.gate.manifest import Manifest
from orchestration.gate.verdict import Judged, TableVerdict


def today() -> date:
    """The day that decides whether a waiver has expired."""
    return datetime.now(UTC).date()


def with_waivers(manifest: Manifest, table: str, judged: list[Judged]) -> list[Judged]:
    """The same expectations, each failed one with the waiver that excuses it.

    A waiver counts only if the manifest names it as well: readers of the release shall see it.
    """
    named = {item.get("waiver_id"): item for item in manifest.waivers}
    usable = [
        waiver
        for waiver in waivers_of(manifest.version)
        if named.get(waiver.waiver_id) == waiver.facts and waiver.expires >= today()
    ]
    return [_excused(one, table, usable) for one in judged]


def _excused(one: Judged, table: str, usable: list[Waiver]) -> Judged:
    if one.outcome != "failed" or one.severity != "error":
        return one
    failing = {part.name: part.failing or 0 for part in one.parts if not part.holds}
    # A part that fails because too little was looked at has no failing cell to excuse.
    if not all(failing.values()):
        return one
    waiver = next((waiver for waiver in usable if waiver.covers(table, one.rule, failing)), None)
    return one if waiver is None else replace(one, waiver=waiver.facts)


def unused(manifest: Manifest, tables: Iterable[TableVerdict]) -> list[str]:
    """Waivers that excuse nothing, each with the reason: a slip in a row looks like no row at all.

    Those of this version, and those of another one whose rule fails here.
    """
    judged = {f"{table.table}.{one.rule}": one for table in tables for one in table.expectations}
    used = {one.waiver["waiver_id"] for one in judged.values() if one.waiver}
    told = []
    for waiver in waivers.read_waivers():
        one = judged.get(waiver.rule)
        if waiver.waiver_id in used:
            continue
        if waiver.version == manifest.version:
            told.append(f"waiver {waiver.waiver_id} of {waiver.rule}: {_why_unused(waiver, one, manifest)}")
        elif one is not None and _fails(one):
            told.append(
                f"waiver {waiver.waiver_id} of {waiver.rule}: "
                f"is of version {waiver.version}, the candidate is of {manifest.version}"
            )
    return told


def _fails(one: Judged) -> bool:
    return one.outcome == "failed" and one.severity == "error" and one.waiver is None


def _why_unused(waiver: Waiver, one: Judged | None, manifest: Manifest) -> str:
    if one is None:
        return "the candidate has no table with such a rule"
    if not _fails(one):
        return "nothing to excuse: the rule " + ("is a warning" if one.severity == "warning" else one.outcome)
    if waiver.facts not in [dict(item) for item in manifest.waivers]:
        return "the candidate was built without it: `mobility release build`, then judge again"
    if waiver.expires < today():
        return f"expired on {waiver.expires}"
    failing = {part.name: part.failing or 0 for part in one.parts if not part.holds}
    if waiver.part and set(failing) != {waiver.part}:
        return f"names the part {waiver.part}; {', '.join(failing)} fails"
    if not all(failing.values()):
        return "too little was looked at, which no waiver excuses"
    return f"excuses {waiver.cells:,} cells at most; {sum(failing.values()):,} fail"
