"""Releases of a home: which there are, which one readers should take, and who decided so.

    releases/2026.11.24/     a release; never changed
    releases/current         relative link to one of them, switched by rename
    releases/journal.jsonl   who published what and when; kept outside so that releases stay reproducible

This is what the rest of the code may ask of them, and the answer of a home that is a folder of this machine.
Killed at any moment, `current` points to a whole release: the old one until the link is renamed, the new one
from then on.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, sync_one
from orchestration.base.manifests import NAME as MANIFEST
from orchestration.storage.folders import point, remove_leftovers, rename_into_place, sync

_HIDDEN = ".publishing-"
_POINTER, _JOURNAL = "current", "journal.jsonl"


class Releases:
    """Releases in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def where(self, name: str = "") -> str:
        """Where a release lies, or all do, for people."""
        return str(self.folder / name)

    def names(self) -> list[str]:
        """Every name that is taken."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []

    def is_taken(self, version: str) -> bool:
        """Whether something is there under this name that cannot be completed."""
        return version in self.names()

    def has(self, version: str) -> bool:
        """Whether there is a release of this version, by its manifest."""
        return (self.folder / version / MANIFEST).is_file()

    def manifest_sha256(self, version: str) -> str:
        """Hash of a release's manifest, which holds those of its files."""
        return sha256_of(self.folder / version / MANIFEST)

    def local(self, version: str) -> Path:
        """The folder of a release on this machine."""
        return self.folder / version

    def is_one(self, folder: Path) -> bool:
        """Whether a folder of this machine is one of these releases."""
        return folder.resolve().parent == self.folder.resolve()

    def damages(self, version: str) -> list[str]:
        """What is wrong with a release where it is kept, if that is not the folder that `local` gives."""
        return []

    def current(self) -> str | None:
        """The version that readers should take, or None before the first.

        Raises:
            MobilityError: the pointer leads nowhere.
        """
        link = self.folder / _POINTER
        if not link.is_symlink() and not link.exists():
            return None
        folder = link.resolve()
        if not self.is_one(folder) or not self.has(folder.name):
            raise MobilityError(
                "The pointer to the current release leads nowhere.",
                where=str(link),
                expected="a link to a release in the same folder",
                found=str(link.readlink()) if link.is_symlink() else "no link",
                remedy="remove that link, or point it to a version that `mobility release list` shows",
            )
        return folder.name

    def pointed(self) -> str:
        """Name of what the pointer leads to, whatever is there; for a list, which must not fail for it."""
        return (self.folder / _POINTER).resolve().name

    def look(self) -> None:
        """See what others did; a folder is seen as it is anyway."""

    def begin(self) -> None:
        """Make ready for a publication or rollback: whoever calls is alone in the channel."""
        self.folder.mkdir(exist_ok=True)
        remove_leftovers(self.folder, _HIDDEN)

    def take_in(self, candidate: Path, version: str, prove: Callable[[Path], object], approver: str) -> None:
        """Copy a candidate; it gets its name when the copy, read back from the disk, is proved.

        Args:
            candidate: folder of a candidate.
            version: a name that is not taken.
            prove: raises unless a folder is as it was judged. The copy is what readers get.
            approver: who publishes, for those who come second to the version.
        """
        hidden = self.folder / f"{_HIDDEN}{version}"
        try:
            shutil.copytree(candidate, hidden)
            sync(hidden)
            prove(hidden)
            rename_into_place(hidden, self.folder / version)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise

    def point(self, version: str) -> None:
        """Let readers take a version that is there."""
        point(self.folder / _POINTER, version)

    def publish(self, version: str, line: dict[str, str] | None, *, switch: bool) -> None:
        """Point to a version and note why, if there is a line to note.

        What needs room on the disk comes before the switch, so that a full one stops it as well.
        """
        waiting = None if line is None else self._prepared(line)
        if switch:
            self.point(version)
        if waiting is not None:
            self._note(waiting)

    def take_back(self, version: str, line: dict[str, str]) -> None:
        """Note a rollback, then point to the version.

        Killed between the two, whoever comes next finishes what the note names. The other way round nobody
        would know why `current` is an old release.
        """
        self._note(self._prepared(line))
        self.point(version)

    @property
    def journal(self) -> str:
        """Where the journal lies, for people."""
        return str(self._journal)

    def lines(self) -> list[str]:
        """Every line of the journal, oldest first, as it was written."""
        return self._journal.read_text(encoding="utf-8").splitlines() if self._journal.exists() else []

    @property
    def _journal(self) -> Path:
        return self.folder / _JOURNAL

    def _prepared(self, line: dict[str, Any]) -> Path:
        """The journal with one line more, synced, under a name that nobody reads yet."""
        path = self._journal
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

    def _note(self, waiting: Path) -> None:
        waiting.replace(self._journal)
        sync_one(self.folder)
