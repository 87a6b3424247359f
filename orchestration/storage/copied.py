"""Files of a home on an object store, with copies on this machine.

    <store>/lake/<source>/<vintage>/<table>.<sha256>.parquet    a content, named by its hash
    <store>/lake/<source>/<vintage>/<table>.json                 its receipt, written last: the pointer to it

A content is never changed and has its hash in its name (contents of the raw store have no other), so a copy
is fetched once, checked against it, and stays good. Receipts are copied again when their version changed:
one listing tells which. What others wrote after the listing is seen at the next `look`.
"""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from uuid import uuid4

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, write_text
from orchestration.storage.files import Files
from orchestration.storage.place import Place

_AT_ONCE = 16
_COPIES = ".copies.json"
_WRITTEN_HERE = "written here"


class Copied(Files):
    """Files below a prefix of a store; `folder` holds the copies."""

    def __init__(self, place: Place, prefix: str, folder: Path) -> None:
        super().__init__(folder)
        self._place, self._prefix = place, prefix
        self._there: dict[str, str] | None = None

    is_copy = True

    def look(self, below: str = "") -> None:
        """See what others wrote, and copy the receipts that changed; all at first, then what is asked for."""
        if self._there is None or not below:
            there = self._place.versions(self._prefix)
        else:
            there = {name: mark for name, mark in self._there.items() if not name.startswith(f"{below}/")}
            found = self._place.versions(f"{self._prefix}/{below}")
            there |= {f"{below}/{name}": mark for name, mark in found.items()}
        copies = self._copies()
        stale = [
            name
            for name, version in there.items()
            if name.endswith(".json")
            and name.startswith(below)
            and (copies.get(name) != version or not self.here(name).exists())
        ]
        with ThreadPoolExecutor(_AT_ONCE) as hands:
            contents = dict(zip(stale, hands.map(self._content, stale), strict=True))
        for name, content in contents.items():
            if content is not None:
                write_text(self.here(name), content.decode("utf-8"))
        if stale:
            write_text(self.here(_COPIES), json.dumps({**copies, **{name: there[name] for name in stale}}))
        self._there = there

    def where(self, name: str = "") -> str:
        """Where a file lies in the store, for people."""
        return self._place.name(f"{self._prefix}/{name}").rstrip("/")

    def names(self, pattern: str) -> list[str]:
        """Names that fit a pattern with as many slashes, or with `**/` for any number, sorted."""
        if pattern.startswith("**/"):
            return sorted(
                name
                for name in self._seen()
                if fnmatchcase(name.rsplit("/", 1)[-1], pattern.removeprefix("**/"))
            )
        wanted = pattern.split("/")
        cut = {tuple(name.split("/")[: len(wanted)]) for name in self._seen()}
        return sorted(
            "/".join(parts)
            for parts in cut
            if len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
        )

    def exists(self, name: str) -> bool:
        """Whether there is such a file; of Parquet, whether its receipt says so, which is written last."""
        return re.sub(r"\.parquet$", ".json", name) in self._seen()

    def read(self, name: str) -> bytes | None:
        """Content of a receipt as of the last look, or as written here since."""
        return self.here(name).read_bytes() if name in self._seen() else None

    def write_json(self, name: str, content: Any) -> None:
        """Write a receipt whole, in the place of another of its name."""
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        self._place.write(f"{self._prefix}/{name}", text.encode())
        write_text(self.here(name), text)
        self._seen()[name] = _WRITTEN_HERE

    def has(self, name: str, sha256: str, size: int) -> bool:
        """Whether a content is kept, as far as its size tells; nothing is read."""
        content = _content_name(name, sha256)
        version = self._seen().get(content)
        if version is None:  # its receipt may have been seen by a later look than it
            version = self._seen()[content] = self._place.version(f"{self._prefix}/{content}") or ""
        return version == _WRITTEN_HERE or version.endswith(f"-{size}")

    def local(self, name: str, sha256: str) -> Path:
        """A copy of a content, fetched and checked if there is none yet."""
        content = _content_name(name, sha256)
        copy = self.here(content)
        if copy.exists():
            return copy
        waiting = self._waiting(copy)
        try:
            self._place.fetch(f"{self._prefix}/{content}", waiting)
            found = sha256_of(waiting)
            if found != sha256:
                raise MobilityError(
                    "The store gives back another content than was kept there.",
                    where=self.where(content),
                    expected=f"SHA-256 {sha256}",
                    found=f"SHA-256 {found}, {waiting.stat().st_size} bytes",
                    remedy="delete this object and run again; it is then received anew",
                )
            waiting.replace(copy)
        finally:
            waiting.unlink(missing_ok=True)
        return copy

    def keep(self, draft: Path, name: str, sha256: str) -> Path:
        """Send a finished draft; it is there whole or not at all, and stays here as a copy."""
        content = _content_name(name, sha256)
        if not self.has(name, sha256, draft.stat().st_size):
            self._place.send(draft, f"{self._prefix}/{content}")
            self._seen()[content] = _WRITTEN_HERE
        copy = self.here(content)
        copy.parent.mkdir(parents=True, exist_ok=True)
        draft.chmod(0o444)
        draft.replace(copy)
        return copy

    def keep_for_good(self, draft: Path, name: str, sha256: str) -> None:
        """The same: a content never changes here."""
        self.keep(draft, name, sha256)

    def sha256(self, name: str) -> str | None:
        """Hash of the copy of a content, read anew, or None if there is none."""
        copy = self.here(name)
        return sha256_of(copy) if copy.exists() else None

    def _content(self, name: str) -> bytes | None:
        return self._place.read(f"{self._prefix}/{name}")

    def _seen(self) -> dict[str, str]:
        if self._there is None:
            self.look()
        assert self._there is not None
        return self._there

    def _copies(self) -> dict[str, str]:
        """Versions of the receipts that were copied; none known costs a copy of each."""
        try:
            found = json.loads(self.here(_COPIES).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _waiting(self, copy: Path) -> Path:
        copy.parent.mkdir(parents=True, exist_ok=True)
        return copy.with_name(f".{copy.name[:40]}.{os.getpid()}.{uuid4().hex}.new")


class Sent:
    """Files below a prefix of a store that others send and nobody here writes."""

    def __init__(self, place: Place, prefix: str) -> None:
        self._place, self._prefix = place, prefix
        self._there: dict[str, str] | None = None

    def look(self) -> None:
        """See what is there."""
        self._there = self._place.versions(self._prefix)

    def where(self, name: str = "") -> str:
        """Where a file lies, or all do, for people."""
        return self._place.name(f"{self._prefix}/{name}").rstrip("/")

    def version(self, name: str) -> str | None:
        """What changes whenever the file does, as of the last look, or None if there is none."""
        return self._seen().get(name)

    def names(self) -> list[str]:
        """Names of all files, as of the last look, sorted."""
        return sorted(self._seen())

    def fetch(self, name: str, path: Path) -> None:
        """Copy a file here."""
        self._place.fetch(f"{self._prefix}/{name}", path)

    def _seen(self) -> dict[str, str]:
        if self._there is None:
            self.look()
        return self._there or {}


def _content_name(name: str, sha256: str) -> str:
    """Name of a content in a store: its own, with its hash before the ending if it has none."""
    if name.endswith(sha256):
        return name
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{sha256}.{ending}"
