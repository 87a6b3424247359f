"""`releases/journal.jsonl`: who published and rolled back what, when and why. Lines are only ever added.

It lies outside the releases, so that these stay reproducible. A line is written into a copy that replaces the
journal at once: neither a kill nor a full disk leaves half a line. A publisher that was killed between the
switch of `current` and its note is noted by the next one.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.storage import home

PUBLISH, ROLLBACK = "publish", "rollback"
_FACTS = ("at", "action", "version", "approver", "reason", "from_version", "manifest_sha256")


def read(settings: Settings) -> list[dict[str, str]]:
    """Every line so far, oldest first; facts that a line has not are empty.

    Raises:
        MobilityError: a line is not as this module writes it.
    """
    releases = home.releases(settings)
    lines = []
    for number, text in enumerate(releases.lines(), start=1):
        try:
            line = json.loads(text)
            facts = {name: str(line.get(name) or "") for name in _FACTS}
            lines.append({**facts, **{name: str(line[name]) for name in ("version", "manifest_sha256")}})
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise MobilityError(
                "The journal of releases has a line that cannot be read.",
                where=f"{releases.journal}, line {number}",
                expected="a JSON object with version and manifest_sha256",
                found=text[:80],
                remedy="correct or remove that line; the releases themselves are not touched by it",
            ) from problem
    return lines


def publication(settings: Settings, version: str, approver: str) -> dict[str, str] | None:
    """The line that says who published a version, or None if that is noted and stands."""
    manifest_sha256 = home.releases(settings).manifest_sha256(version)
    noted = [line for line in read(settings) if line["manifest_sha256"] == manifest_sha256]
    if noted and noted[-1]["version"] not in withdrawn(settings):
        return None
    return _line(version, manifest_sha256, {"action": PUBLISH, "approver": approver})


def rollback(settings: Settings, version: str, *, left: str, approver: str, reason: str) -> dict[str, str]:
    """The line that says that `current` points to a version instead of version `left`, and why."""
    facts = {"action": ROLLBACK, "approver": approver, "reason": reason, "from_version": left}
    return _line(version, home.releases(settings).manifest_sha256(version), facts)


def withdrawn(settings: Settings) -> dict[str, dict[str, str]]:
    """Versions that were rolled back and not taken up again, with the line that says so."""
    out: dict[str, dict[str, str]] = {}
    for line in read(settings):
        out.pop(line["version"], None)
        if line["action"] == ROLLBACK and line["from_version"]:
            out[line["from_version"]] = line
    return out


def _line(version: str, manifest_sha256: str, facts: dict[str, str]) -> dict[str, str]:
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {"at": at, "version": version, "manifest_sha256": manifest_sha256, **facts}
