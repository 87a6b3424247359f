"""Which failures of a table its release's waivers let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from expectations.rules.waivers import Waiver, waivers_of
from orchestration.gate.manifest import Manifest
from orchestration.gate.verdict import Judged


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
