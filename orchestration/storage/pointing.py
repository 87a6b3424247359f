"""Whose content a version is, and which version readers should take, where several may write at once.

    <place>/releases/<version>/...     every file of the release; its manifest.json goes last
    <place>/claims/<version>.json      whose content that version is: created by the first who sends it
    <place>/history/<number>.json      who pointed where, when and why; each created by one, never changed
    <place>/current.json               version and manifest hash that readers should take: the last of these

Killed at any moment, `current.json` names a release that is whole: the version goes first, is read back byte
by byte, and only then is a number of the history claimed, and the pointer written. Who comes second to a
version or a number is told who was first. `release push` and a home on a store both do it here.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.manifests import NAME as MANIFEST
from orchestration.base.manifests import read_manifest
from orchestration.storage.place import Place

Progress = Callable[[int, int, str], None]
_NUMBER = re.compile(r"(\d{6,})(-.*)?\.json")


@dataclass(frozen=True)
class Seen:
    """What the history said when a command began: number and content of its last line."""

    number: int
    last: dict[str, Any] | None


def files_of(release: Path) -> dict[str, str]:
    """Path -> hash of every file; the manifest last, so that a version without one is not whole yet."""
    manifest = read_manifest(release)
    files = {name: str(facts["sha256"]) for name, facts in sorted(manifest["files"].items())}
    gate = sorted(path for path in (release / "gate").iterdir() if path.is_file())
    files |= {f"gate/{path.name}": sha256_of(path) for path in gate}
    return files | {MANIFEST: sha256_of(release / MANIFEST)}


def send_release(
    place: Place, release: Path, version: str, *, approver: str, progress: Progress | None = None
) -> tuple[int, int]:
    """Claim a version, send its files, and prove each by reading it back; nothing points to it yet.

    Returns:
        How many files were sent, and how many there are.
    """
    files = files_of(release)
    target = f"releases/{version}"
    claim_version(place, version, files[MANIFEST], approver)
    there, sent = place.versions(target), 0  # one question for all: most often nothing is there
    for done, (name, sha256) in enumerate(files.items(), start=1):
        if name not in there or place.sha256(f"{target}/{name}") != sha256:
            place.send(release / name, f"{target}/{name}")
            sent += 1
            prove(place, f"{target}/{name}", sha256)
        if progress is not None:
            progress(done, len(files), name)
    return sent, len(files)


def prove_release(place: Place, version: str) -> str:
    """Prove that every file of a version is as its manifest says; returns the manifest's hash.

    Raises:
        MobilityError: there is no such version, or a file is another one.
    """
    target = f"releases/{version}"
    content = place.read(f"{target}/{MANIFEST}")
    if content is None:
        raise MobilityError(
            "There is no such release.",
            where=place.name(target),
            expected=", ".join(place.names("releases")) or "a pushed release",
            found=version,
            remedy="push it with `mobility release push`",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    # The manifest proves all other files; the claim, made before the first of them was sent, proves it.
    claimed = (place.read_json(f"claims/{version}.json") or {}).get("manifest_sha256", sha256)
    remedy = f"send it again with `mobility release push {version} --to {place.url}`, or name another version"
    prove(place, f"{target}/{MANIFEST}", claimed, remedy)
    for name, facts in json.loads(content)["files"].items():
        prove(place, f"{target}/{name}", facts["sha256"], remedy)
    return sha256


def claim_version(place: Place, version: str, sha256: str, approver: str) -> None:
    """Note that this version is this content there, before any file of it is sent.

    Raises:
        MobilityError: it is another content's already; two contents must never mix under one name.
    """
    name = f"claims/{version}.json"
    held = place.sha256(f"releases/{version}/{MANIFEST}")
    if held is None:
        claim = {"version": version, "manifest_sha256": sha256, **_by(approver)}
        if place.create(name, _json(claim)):
            return
    claim = place.read_json(name) or {}
    # A manifest that is not the one claimed was damaged since: whose claim it is may send it again.
    held = claim.get("manifest_sha256") or held
    if held != sha256:
        raise MobilityError(
            "Another release is there under this version.",
            where=place.name(f"releases/{version}"),
            expected="the manifest of this release, or nothing",
            found=f"manifest with SHA-256 {str(held)[:12]}{who(claim) if claim else ''}",
            remedy="releases are never overwritten: push to another address; a push that was given up before "
            f"its manifest was sent leaves {name}, which may be removed",
        )


def prove(place: Place, name: str, sha256: str, remedy: str = "give the same command again") -> None:
    """Raise unless a file reads back as it should."""
    found = place.sha256(name)
    if found != sha256:
        raise MobilityError(
            "A file does not read back as it was sent.",
            where=place.name(name),
            expected=f"SHA-256 {sha256}",
            found=f"SHA-256 {found}" if found else "no file",
            remedy=f"{remedy}; the pointer was not switched",
        )


def withdrawn(place: Place, version: str) -> dict[str, Any] | None:
    """The line that took readers back from a version with a reason, unless a later one points to it again."""
    for name in reversed(place.names("history")):
        line = place.read_json(f"history/{name}") or {}
        if line.get("version") == version:
            return None
        if line.get("before") == version and line.get("reason"):
            return line
    return None


def pointer(place: Place) -> dict[str, Any] | None:
    """What `current.json` says."""
    return place.read_json("current.json")


def look(place: Place) -> Seen:
    """The last line of the history; where its writer was killed before the pointer, that is finished."""
    number = _number(_last_name(place))
    now = pointer(place)
    # Before 0049 two lines could have one number.
    lines = [name for name in place.names("history") if _number(name) == number]
    if number and all(now != place.read_json(f"history/{name}") for name in lines):
        point_to_the_last(place)
        now = pointer(place)
    return Seen(number, now)


def switch(place: Place, seen: Seen, version: str, sha256: str, *, approver: str, reason: str) -> None:
    """Claim the next number of the history, then write the pointer; nothing where it points there already."""
    last = seen.last or {}
    if last.get("version") == version and last.get("manifest_sha256") == sha256:
        return
    facts = {
        "version": version,
        "path": f"releases/{version}",
        "manifest_sha256": sha256,
        "reason": reason,
        "before": last.get("version"),
        **_by(approver),
    }
    name = f"history/{seen.number + 1:06}.json"
    is_ours = _number(_last_name(place)) == seen.number and place.create(name, _json(facts))
    first = {} if is_ours else place.read_json(f"history/{_last_name(place)}") or {}
    if not is_ours and (first.get("version"), first.get("manifest_sha256")) != (version, sha256):
        raise MobilityError(
            "Somebody else switched the pointer meanwhile.",
            where=place.name("current.json"),
            expected=f"version {last.get('version') or 'none'}, as when this command began",
            found=f"version {first.get('version')}{who(first)}",
            remedy="agree with them, then give the same command again; the files that were sent stay there",
        )
    point_to_the_last(place)


def point_to_the_last(place: Place) -> None:
    """Write the pointer anew until it is the last line, also if others came while it was written."""
    while True:
        name = _last_name(place)
        content = place.read(f"history/{name}")
        if content is not None:
            place.write("current.json", content)
        if _last_name(place) == name:
            return


def _last_name(place: Place) -> str | None:
    """Name of the last line of the history."""
    return max(place.names("history"), key=lambda name: (_number(name), name), default=None)


def _number(name: str | None) -> int:
    found = _NUMBER.fullmatch(name or "")
    return int(found[1]) if found else 0


def _by(approver: str) -> dict[str, str]:
    """Who, when, and a word that makes the line like no other."""
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return {"approver": approver, "at": at, "claim": secrets.token_hex(8)}


def who(line: dict[str, Any]) -> str:
    """Who wrote a line and when, to end a sentence with."""
    return f", by {line.get('approver') or 'somebody'} on {line.get('at')}"


def _json(facts: dict[str, Any]) -> bytes:
    return (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
