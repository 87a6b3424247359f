"""`releases/journal.jsonl`: who published and rolled back what, when and why. Lines are only ever added.

It lies outside the releases, so that these stay reproducible. A line is written into a copy that replaces the
journal at once: neither a kill nor a full disk leaves half a line. A publisher that was killed between the
switch of `current` and its note is noted by the next one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, sync_one
from orchestration.base.settings import Settings

PUBLISH, ROLLBACK = "publish", "rollback"
_FACTS = ("at", "action", "version", "approver", "reason", "from_version", "manifest_sha256")


def place(settings: Settings) -> Path:
    """Where the journal lies."""
    return settings.releases_dir / "journal.jsonl"


def read(settings: Settings) -> list[dict[str, str]]:
    """Every line so far, oldest first; facts that a line has not are empty.

    Raises:
        MobilityError: a line is not as this module writes it.
    """
    path = place(settings)
    if not path.exists():
        return []
    lines = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            facts = {name: str(line.get(name) or "") for name in _FACTS}
            lines.append({**facts, **{name: str(line[name]) for name in ("version", "manifest_sha256")}})
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise MobilityError(
                "The journal of releases has a line that cannot be read.",
                where=f"{path}, line {number}",
                expected="a JSON object with version and manifest_sha256",
                found=text[:80],
                remedy="correct or remove that line; the releases themselves are not touched by it",
            ) from problem
    return lines


@contextmanager
def publication(settings: Settings, release: Path, approver: str) -> Iterator[None]:
    """Note who published once the block has switched `current`, unless that is noted and stands.

    What needs room on the disk comes before the block, so that a full one stops the switch as well.
    """
    lines = read(settings)
    manifest_sha256 = sha256_of(release / "manifest.json")
    noted = [line for line in lines if line["manifest_sha256"] == manifest_sha256]
    if noted and noted[-1]["version"] not in withdrawn(settings):
        yield
        return
    waiting = _write(settings, {"action": PUBLISH, "approver": approver}, release)
    yield
    _put_in_place(waiting, settings)


def record_rollback(settings: Settings, release: Path, *, left: str, approver: str, reason: str) -> None:
    """Note that `current` points to `release` instead of version `left`, and why."""
    facts = {"action": ROLLBACK, "approver": approver, "reason": reason, "from_version": left}
    _put_in_place(_write(settings, facts, release), settings)


def withdrawn(settings: Settings) -> dict[str, dict[str, str]]:
    """Versions that were rolled back and not taken up again, with the line that says so."""
    out: dict[str, dict[str, str]] = {}
    for line in read(settings):
        out.pop(line["version"], None)
        if line["action"] == ROLLBACK and line["from_version"]:
            out[line["from_version"]] = line
    return out


def _write(settings: Settings, facts: dict[str, Any], release: Path) -> Path:
    """The journal with one line more, synced, under a name that nobody reads yet."""
    line = {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "version": release.name,
        "manifest_sha256": sha256_of(release / "manifest.json"),
        **facts,
    }
    path = place(settings)
    waiting = path.with_name(f".{path.name}.new")
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before and not before.endswith("\n"):  # somebody edited it
        before += "\n"
    text = before + json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        waiting.write_text(text, encoding="utf-8", newline="\n")
        if path.exists():
            shutil.copymode(path, waiting)
        sync_one(waiting)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return waiting


def _put_in_place(waiting: Path, settings: Settings) -> None:
    waiting.replace(place(settings))
    sync_one(place(settings).parent)
