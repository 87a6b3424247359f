"""Releases of a home on an object store: there they are kept, here are copies to read.

They lie as `release push` lays them (`pointing.py`), so that what was pushed to a home's place is a release
of that home, and what a home published is found by whoever pushes or reads there. The history is the journal.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.manifests import NAME as MANIFEST
from orchestration.base.manifests import parsed
from orchestration.storage import pointing
from orchestration.storage.folders import remove_leftovers, rename_into_place
from orchestration.storage.place import Place
from orchestration.storage.releases import Releases

_AT_ONCE = 8
_FETCHING = ".fetching-"


class ReleasesElsewhere(Releases):
    """Releases at a place; `folder` holds copies of those that were read or published here."""

    def __init__(self, place: Place, folder: Path) -> None:
        super().__init__(folder)
        self._place = place
        self._when_begun: pointing.Seen | None = None

    def where(self, name: str = "") -> str:
        """Where a release is kept, or all are, for people."""
        return self._place.name(f"releases/{name}").rstrip("/")

    def names(self) -> list[str]:
        """Every version that is there or was claimed."""
        claimed = {name.removesuffix(".json") for name in self._place.names("claims")}
        return sorted(claimed | set(self._place.names("releases")))

    def is_taken(self, version: str) -> bool:
        """Whether there is a whole release; what was begun, its claim decides, and who began goes on."""
        return self.has(version)

    def has(self, version: str) -> bool:
        """Whether there is a whole release of this version: its manifest is sent last."""
        return self._manifest(version) is not None

    def manifest_sha256(self, version: str) -> str:
        """Hash of a release's manifest, which holds those of its files."""
        return hashlib.sha256(self._manifest_of(version)).hexdigest()

    def local(self, version: str) -> Path:
        """A copy of a release on this machine, fetched and checked if there is none of this manifest yet."""
        content = self._manifest_of(version)
        copy = self.folder / version
        if (copy / MANIFEST).is_file() and (copy / MANIFEST).read_bytes() == content:
            return copy
        self.folder.mkdir(parents=True, exist_ok=True)
        hidden = self.folder / f"{_FETCHING}{version}"
        shutil.rmtree(hidden, ignore_errors=True)
        listed = {name: facts["sha256"] for name, facts in parsed(copy, content)["files"].items()}
        listed |= {f"gate/{name}": None for name in self._place.names(f"releases/{version}/gate")}
        try:
            with ThreadPoolExecutor(_AT_ONCE) as hands:
                list(hands.map(lambda one: self._fetch(version, hidden, *one), listed.items()))
            (hidden / MANIFEST).write_bytes(content)
            rename_into_place(hidden, copy)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
        return copy

    def damages(self, version: str) -> list[str]:
        """Files that are not there as the manifest says; each is read."""
        files = parsed(self.folder / version, self._manifest_of(version))["files"]
        with ThreadPoolExecutor(_AT_ONCE) as hands:
            found = hands.map(lambda name: self._place.sha256(f"releases/{version}/{name}"), files)
        return [
            f"{self.where(version)}/{name}: "
            + (f"has SHA-256 {sha256}, the manifest says {files[name]['sha256']}" if sha256 else "is missing")
            for name, sha256 in zip(files, found, strict=True)
            if sha256 != files[name]["sha256"]
        ]

    def current(self) -> str | None:
        """The version that readers should take, or None before the first.

        Raises:
            MobilityError: the pointer names a version that is not there, or has another content.
        """
        pointer = pointing.pointer(self._place)
        if pointer is None:
            return None
        content = self._manifest(str(pointer.get("version")))
        if content is None or hashlib.sha256(content).hexdigest() != pointer.get("manifest_sha256"):
            raise MobilityError(
                "The pointer to the current release leads nowhere.",
                where=self._place.name("current.json"),
                expected="version and manifest_sha256 of a release at the same place",
                found=f"version {pointer.get('version')}, which is "
                + ("not there" if content is None else "another content"),
                remedy="point it to a version that is there with `mobility release rollback --to`",
            )
        return str(pointer["version"])

    def pointed(self) -> str:
        """The version that the pointer names, there or not."""
        return str((pointing.pointer(self._place) or {}).get("version", ""))

    def look(self) -> None:
        """See who pointed where; what a killed command left undone is finished."""
        self._when_begun = pointing.look(self._place)

    def begin(self) -> None:
        """Make ready for a publication: whoever switches the pointer after this wins, the other is told."""
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.folder, _FETCHING)
        super().begin()
        self.look()

    def take_in(self, candidate: Path, version: str, prove: Callable[[Path], object], approver: str) -> None:
        """Claim the version, copy the candidate, prove the copy, and send it; each file is read back."""
        pointing.claim_version(self._place, version, sha256_of(candidate / MANIFEST), approver)
        super().take_in(candidate, version, prove, approver)
        pointing.send_release(self._place, self.folder / version, version, approver=approver)

    def point(self, version: str) -> None:
        """Let the pointer follow the history, where somebody was killed between the two."""
        pointing.point_to_the_last(self._place)

    def publish(self, version: str, line: dict[str, str] | None, *, switch: bool) -> None:
        """Point to a version, unless somebody else switched the pointer since `begin`."""
        if switch:
            self._switch(version, self.manifest_sha256(version), line or {})

    def take_back(self, version: str, line: dict[str, str]) -> None:
        """Point back to a version after proving that it is whole there."""
        self._switch(version, pointing.prove_release(self._place, version), line)

    @property
    def journal(self) -> str:
        """Where the history lies, for people."""
        return self._place.name("history")

    def lines(self) -> list[str]:
        """The history as lines of a journal, oldest first."""
        names = self._place.names("history")
        with ThreadPoolExecutor(_AT_ONCE) as hands:
            found = hands.map(lambda name: self._place.read_json(f"history/{name}") or {}, names)
        return [json.dumps(_as_journal(line), sort_keys=True, ensure_ascii=False) for line in found]

    def _switch(self, version: str, sha256: str, line: dict[str, str]) -> None:
        seen = self._when_begun or pointing.look(self._place)
        approver, reason = line.get("approver", ""), line.get("reason", "")
        pointing.switch(self._place, seen, version, sha256, approver=approver, reason=reason)

    def _manifest(self, version: str) -> bytes | None:
        return self._place.read(f"releases/{version}/{MANIFEST}")

    def _manifest_of(self, version: str) -> bytes:
        content = self._manifest(version)
        if content is None:
            raise MobilityError(
                "There is no such release.",
                where=self.where(version),
                found="no manifest.json",
                remedy="see `mobility release list`",
            )
        return content

    def _fetch(self, version: str, hidden: Path, name: str, sha256: str | None) -> None:
        target = hidden / name
        target.parent.mkdir(parents=True, exist_ok=True)
        self._place.fetch(f"releases/{version}/{name}", target)
        found = sha256_of(target)
        if sha256 not in (None, found):
            raise MobilityError(
                "A file of a release is not what was published.",
                where=f"{self.where(version)}/{name}",
                expected=f"SHA-256 {sha256}",
                found=f"SHA-256 {found}, {target.stat().st_size} bytes",
                remedy="bring it back from a copy: `mobility release push` sends what is missing",
            )


def _as_journal(line: dict[str, str]) -> dict[str, str]:
    """A line of the history as the journal of a folder has it: who gives a reason goes back."""
    back = bool(line.get("reason"))
    return {
        "at": line.get("at") or "",
        "action": "rollback" if back else "publish",
        "approver": line.get("approver") or "",
        "reason": line.get("reason") or "",
        "from_version": (line.get("before") or "") if back else "",
        "version": line.get("version") or "",
        "manifest_sha256": line.get("manifest_sha256") or "",
    }
