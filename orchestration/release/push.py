"""Carrying a verified release to another folder or object store, and pointing there.

    <url>/releases/<version>/...          every file of the release; its manifest.json goes last
    <url>/history/<number>-<version>.json  who pointed where, when and why
    <url>/current.json                    version and manifest hash that readers should take

Killed at any moment, `current.json` names a release that is whole: the version goes first, is read back byte
by byte, and only then is the pointer switched, by one write. Any store that fsspec knows will do.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.release.files import sha256_of, sync_one
from orchestration.release.store import read_manifest
from orchestration.release.verify import verify

Progress = Callable[[int, int, str], None]
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Pushed:
    """What a push did."""

    version: str
    url: str
    sent: int
    found: int


def push(release: Path, url: str, *, approver: str, progress: Progress | None = None) -> Pushed:
    """Copy a release to `url`, prove the copy by reading it back, then point to it.

    Pushing again sends only what is not there, or not whole.

    Args:
        release: folder of a published release.
        url: a folder, or an address of fsspec such as `s3://bucket/path`.
        approver: who decides, for the history.
        progress: called once per file.

    Raises:
        MobilityError: the release does not verify, another one is there under its version, somebody
            else switched the pointer meanwhile, or the store cannot be written.
    """
    findings = verify(release)
    if findings:
        raise MobilityError(
            "A release that does not verify is not carried anywhere.",
            where=str(release),
            expected="no finding of `mobility release verify`",
            found="; ".join(findings[:3]),
            remedy="bring the release back as it was published",
        )
    place = Place(url)
    with place.told("Pushing"):
        before = place.pointer()
        files = _files(release)
        target = f"releases/{release.name}"
        _refuse_other(place, target, release)
        sent = 0
        for done, (name, sha256) in enumerate(files.items(), start=1):
            if place.sha256(f"{target}/{name}") != sha256:
                place.send(release / name, f"{target}/{name}")
                sent += 1
                _prove(place, f"{target}/{name}", sha256)
            if progress is not None:
                progress(done, len(files), name)
        _switch(place, before, release.name, files["manifest.json"], approver=approver, reason="")
    return Pushed(release.name, place.url, sent, len(files) - sent)


def point_back(url: str, version: str, *, approver: str, reason: str) -> str:
    """Point to an earlier release at `url`, after proving that it is whole there.

    Raises:
        MobilityError: no reason, no such version there, or one of its files is not as its manifest says.
    """
    if not reason.strip() or not approver.strip():
        raise MobilityError(
            "A rollback needs a reason and somebody who decides.", remedy="give --reason and --approver"
        )
    place = Place(url)
    with place.told("Rolling back"):
        before = place.pointer()
        target = f"releases/{version}"
        content = place.read(f"{target}/manifest.json")
        if content is None:
            raise MobilityError(
                "There is no such release.",
                where=place.name(target),
                expected=", ".join(place.versions()) or "a pushed release",
                found=version,
                remedy="push it with `mobility release push`",
            )
        for name, facts in json.loads(content)["files"].items():
            _prove(place, f"{target}/{name}", facts["sha256"])
        sha256 = hashlib.sha256(content).hexdigest()
        _switch(place, before, version, sha256, approver=approver, reason=reason)
    return version


def _files(release: Path) -> dict[str, str]:
    """Path -> hash of every file; the manifest last, so that a version without one is not whole yet."""
    manifest = read_manifest(release)
    files = {name: str(facts["sha256"]) for name, facts in sorted(manifest["files"].items())}
    gate = sorted(path for path in (release / "gate").iterdir() if path.is_file())
    files |= {f"gate/{path.name}": sha256_of(path) for path in gate}
    return files | {"manifest.json": sha256_of(release / "manifest.json")}


def _refuse_other(place: Place, target: str, release: Path) -> None:
    there = place.read(f"{target}/manifest.json")
    if there is not None and there != (release / "manifest.json").read_bytes():
        raise MobilityError(
            "Another release is there under this version.",
            where=place.name(target),
            expected="the manifest of this release, or nothing",
            found=f"manifest with SHA-256 {hashlib.sha256(there).hexdigest()[:12]}",
            remedy="releases are never overwritten: push to another address",
        )


def _prove(place: Place, name: str, sha256: str) -> None:
    found = place.sha256(name)
    if found != sha256:
        raise MobilityError(
            "A file does not read back as it was sent.",
            where=place.name(name),
            expected=f"SHA-256 {sha256}",
            found=f"SHA-256 {found}" if found else "no file",
            remedy="give the same command again; the pointer was not switched",
        )


def _switch(
    place: Place, before: dict[str, Any] | None, version: str, sha256: str, *, approver: str, reason: str
) -> None:
    """Note it in the history, then write the pointer; nothing where it points there already."""
    if before is not None and before.get("version") == version and before.get("manifest_sha256") == sha256:
        return
    if place.pointer() != before:
        raise MobilityError(
            "Somebody else switched the pointer meanwhile.",
            where=place.name("current.json"),
            expected=str((before or {}).get("version")),
            found=str((place.pointer() or {}).get("version")),
            remedy="agree with them, then give the same command again",
        )
    facts = {
        "version": version,
        "path": f"releases/{version}",
        "manifest_sha256": sha256,
        "approver": approver,
        "reason": reason,
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "before": (before or {}).get("version"),
    }
    content = (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    place.write(f"history/{place.next_number():06}-{version}.json", content)
    place.write("current.json", content)


def _address(url: str) -> str:
    """An address without the slash at its end; a folder in full, so that everybody sees which one it is."""
    given = url.strip().rstrip("/")
    if not given or given.endswith(":"):
        raise MobilityError(
            "Releases cannot be carried there.",
            where=url or "no address",
            expected="a folder, or an address such as s3://bucket/folder",
            found="nothing" if not url.strip() else "the root of everything",
            remedy="give the address with --to",
        )
    return given if "://" in given else str(Path(given).expanduser().absolute())


class Place:
    """An address where releases are carried to."""

    def __init__(self, url: str) -> None:
        import fsspec

        self.url = _address(url)
        try:
            self._store, self._root = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError, OSError) as problem:
            raise MobilityError(
                "This kind of address cannot be used.",
                where=url,
                expected="a folder, or an address that fsspec knows",
                found=str(problem),
                remedy="give a folder or s3://bucket/folder (`make` installs what s3 needs)",
            ) from problem

    def name(self, name: str) -> str:
        """The address of a file, for people."""
        return f"{self.url}/{name}"

    def told(self, doing: str) -> _Told:
        """Turn whatever a store raises into an error that says what to do."""
        return _Told(doing, self.url)

    def read(self, name: str) -> bytes | None:
        """Content of a small file, or None if there is none."""
        try:
            return bytes(self._store.cat_file(self._path(name)))
        except FileNotFoundError:
            return None

    def pointer(self) -> dict[str, Any] | None:
        """What `current.json` says now; never from a cache."""
        self._store.invalidate_cache()
        content = self.read("current.json")
        return None if content is None else dict(json.loads(content))

    def sha256(self, name: str) -> str | None:
        """Hash of a file as the store gives it back, or None if there is none."""
        digest = hashlib.sha256()
        try:
            with self._store.open(self._path(name), "rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def send(self, path: Path, name: str) -> None:
        """Copy a file there; it is there whole or not at all."""
        target = self._made(name)
        if self._is_folder:
            _whole(Path(target), lambda waiting: shutil.copyfile(path, waiting))
        else:
            self._store.put_file(str(path), target)
        self._store.invalidate_cache()

    def write(self, name: str, content: bytes) -> None:
        """Write a small file at once: a reader sees the old or the new one, never a part."""
        target = self._made(name)
        if self._is_folder:
            _whole(Path(target), lambda waiting: waiting.write_bytes(content))
        else:
            self._store.pipe_file(target, content)
        self._store.invalidate_cache()

    def _made(self, name: str) -> str:
        """Where a file goes, its folder made."""
        target = self._path(name)
        self._store.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
        return target

    @property
    def _is_folder(self) -> bool:
        """Whether it is a folder of this machine: an object store writes whole objects by itself."""
        kinds = self._store.protocol
        return "file" in ((kinds,) if isinstance(kinds, str) else kinds)

    def versions(self) -> list[str]:
        """Versions that are there, whole or not."""
        return sorted(name.rsplit("/", 1)[-1] for name in self._names("releases"))

    def next_number(self) -> int:
        """The number of the next line of the history."""
        return len(self._names("history")) + 1

    def _names(self, folder: str) -> list[str]:
        try:
            names = [str(name) for name in self._store.ls(self._path(folder), detail=False)]
        except FileNotFoundError:
            return []
        return [name for name in names if not name.rsplit("/", 1)[-1].startswith(".")]

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


class _Told:
    def __init__(self, doing: str, url: str) -> None:
        self._doing, self.url = doing, url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: Any) -> None:
        if isinstance(problem, Exception) and not isinstance(problem, MobilityError):
            raise MobilityError(
                f"{self._doing} did not succeed; what readers take is as it was.",
                where=self.url,
                expected="a place that can be written, with room for a release (about 0.5 GB)",
                found=f"{type(problem).__name__}: {problem}",
                remedy="mend the place or your access to it, then give the same command again",
            ) from problem


def _whole(target: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a hidden name, bring it to the disk, then rename it."""
    waiting = target.with_name(f".{target.name}.new")
    try:
        write(waiting)
        sync_one(waiting)
        waiting.replace(target)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    sync_one(target.parent)
