"""Published releases: which there are, which is current, and how a candidate becomes one.

    releases/2026.11.24/     a release; never changed
    releases/current         relative link to one of them, switched by rename
    releases/journal.jsonl   who published what and when; kept outside so that releases stay reproducible

Killed at any moment, `current` points to a whole release: the old one until the link is renamed, the
new one from then on.
"""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import MobilityError
from orchestration.release.files import (
    point,
    remove_leftovers,
    rename_into_place,
    sha256_of,
    sync,
    sync_one,
    told_in_plain_words,
)
from orchestration.settings import Settings

_VERSION = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})(?:\.(\d+))?")
_HIDDEN = ".publishing-"


@dataclass(frozen=True)
class Release:
    """A published release."""

    version: str
    path: Path
    is_current: bool
    manifest_sha256: str


def current(settings: Settings) -> Path | None:
    """The folder of the current release, or None before the first.

    Raises:
        MobilityError: the pointer leads nowhere.
    """
    link = settings.releases_dir / "current"
    if not link.is_symlink() and not link.exists():
        return None
    folder = link.resolve()
    if not (folder / "manifest.json").is_file():
        raise MobilityError(
            "The pointer to the current release leads nowhere.",
            where=str(link),
            expected="a link to a release in the same folder",
            found=str(link.readlink()) if link.is_symlink() else "no link",
            remedy="point it to a version that `mobility release list` shows, or publish again",
        )
    return folder


def list_releases(settings: Settings) -> list[Release]:
    """Every published release, newest first."""
    if not settings.releases_dir.is_dir():
        return []
    now = settings.releases_dir / "current"
    current_name = now.resolve().name if now.exists() else None
    found = [
        Release(path.name, path, path.name == current_name, sha256_of(path / "manifest.json"))
        for path in settings.releases_dir.iterdir()
        if _VERSION.fullmatch(path.name) and (path / "manifest.json").is_file()
    ]
    return sorted(found, key=lambda release: _version_key(release.version), reverse=True)


def next_version(settings: Settings) -> str:
    """Today's date in UTC; with `.2`, `.3`, ... if that version was published already."""
    today = f"{datetime.now(UTC):%Y.%m.%d}"
    taken = {release.version for release in list_releases(settings)}
    number = 1
    while (version := today if number == 1 else f"{today}.{number}") in taken:
        number += 1
    return version


def publish(settings: Settings, candidate: Path, *, approver: str) -> Path:
    """Publish a candidate: copy, verify the copy, rename it, switch `current`.

    The verdict is looked up here for the bytes of the copy, whoever calls and from wherever.
    Publishing what is published already changes nothing.

    Args:
        settings: channel and home.
        candidate: folder of a candidate that the gate passed.
        approver: who approves the release.

    Returns:
        The folder of the release that holds the candidate's content.

    Raises:
        MobilityError: no passing verdict for exactly these bytes, another channel, another
            publisher at work, a version that is taken, or a disk that cannot be written.
    """
    from orchestration.gate import check_verdict

    if not approver.strip():
        raise MobilityError(
            "A release needs somebody who approves it.", remedy="name the person with --approver"
        )
    manifest = read_manifest(candidate)
    _refuse_other_channel(settings, candidate, manifest)
    check_verdict(candidate)
    with told_in_plain_words("Publishing", settings.releases_dir), _only_publisher(settings):
        remove_leftovers(settings.releases_dir, _HIDDEN)
        published = _already_published(settings, manifest)
        if published is not None:
            return published
        target = settings.releases_dir / manifest["version"]
        if not target.exists():
            _copy_into_place(candidate, target)
        elif sha256_of(target / "manifest.json") != sha256_of(candidate / "manifest.json"):
            raise MobilityError(
                "The candidate's version was published meanwhile with other content.",
                where=str(target),
                expected=f"version {manifest['version']} to be free",
                remedy="build the candidate again with `mobility release build`: it gets the next version",
            )
        point(settings.releases_dir / "current", target.name)
        _record(settings, manifest["version"], approver, sha256_of(target / "manifest.json"))
    return target


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a candidate or release.

    Raises:
        MobilityError: there is none, or it is no JSON object.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise MobilityError(
            "The folder has no readable manifest.",
            where=str(path),
            found=str(problem),
            remedy="build the candidate again with `mobility release build`",
        ) from problem
    if not isinstance(manifest, dict):
        raise MobilityError("The manifest is no JSON object.", where=str(path))
    return manifest


def _copy_into_place(candidate: Path, target: Path) -> None:
    from orchestration.gate import check_verdict

    hidden = target.with_name(f"{_HIDDEN}{target.name}")
    try:
        shutil.copytree(candidate, hidden)
        sync(hidden)
        # The copy is what readers get, so the copy is what is judged: read back from the disk.
        check_verdict(hidden)
        rename_into_place(hidden, target)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise


def _already_published(settings: Settings, manifest: dict[str, Any]) -> Path | None:
    """The current release, if the candidate has its content."""
    folder = current(settings)
    if folder is None:
        return None
    return folder if read_manifest(folder).get("content_id") == manifest.get("content_id") else None


def _refuse_other_channel(settings: Settings, candidate: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("channel") != settings.channel:
        raise MobilityError(
            "The candidate belongs to another channel.",
            where=str(candidate),
            expected=settings.channel,
            found=str(manifest.get("channel")),
            remedy="channels never mix: publish a candidate that was built in this channel",
        )


@contextmanager
def _only_publisher(settings: Settings) -> Iterator[None]:
    """Hold the right to publish; a second publisher is told, not kept waiting."""
    settings.releases_dir.mkdir(parents=True, exist_ok=True)
    with (settings.releases_dir / ".lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise MobilityError(
                "Another publisher is at work in this channel.",
                where=str(settings.releases_dir),
                found=lock.read().strip() or "an unnamed process",
                remedy="wait until it is done, look at `mobility release list`, then try again",
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{getpass.getuser()}, process {os.getpid()}")
        lock.flush()
        yield


def _record(settings: Settings, version: str, approver: str, manifest_sha256: str) -> None:
    line = {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "action": "publish",
        "version": version,
        "approver": approver,
        "manifest_sha256": manifest_sha256,
    }
    journal = settings.releases_dir / "journal.jsonl"
    with journal.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")
    sync_one(journal)


def _version_key(version: str) -> tuple[int, ...]:
    match = _VERSION.fullmatch(version)
    return tuple(int(part or 1) for part in match.groups()) if match else ()
