"""Files of one kind in a home (raw, lake, candidates, releases), by names that have slashes.

This is what the rest of the code may ask of them, and the answer of a home that is a folder of this machine:
`local` then is the file itself, and `keep` gives a finished draft its name by one rename.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import replacing, sha256_of, sync_folder, sync_one, write_json


class Files:
    """Files below a folder of this machine."""

    is_copy = False
    """Whether what `here` gives are copies of what is kept elsewhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def look(self, below: str = "") -> None:
        """See what others wrote, perhaps only below a name; a folder is seen as it is anyway."""

    def where(self, name: str = "") -> str:
        """Where a file lies, for people."""
        return str(self.here(name))

    def here(self, name: str = "") -> Path:
        """Where a file lies on this machine, or a copy of it would."""
        return self.folder / name

    def names(self, pattern: str) -> list[str]:
        """Names that fit a pattern with as many slashes, or with `**/` for any number, sorted."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern))

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name, with whatever content."""
        return self.here(name).exists()

    def read(self, name: str) -> bytes | None:
        """Content of a small file, or None if there is none."""
        try:
            return self.here(name).read_bytes()
        except FileNotFoundError:
            return None

    def read_json(self, name: str) -> Any:
        """Content of a receipt, or None if there is none.

        Raises:
            MobilityError: it is no JSON.
        """
        content = self.read(name)
        if content is None:
            return None
        try:
            return json.loads(content)
        except ValueError as error:
            raise MobilityError(
                "A receipt is not readable.",
                where=self.where(name),
                expected="JSON, as `mobility` wrote it",
                found=str(error),
                remedy="delete this file and run again; the file is then received anew",
            ) from error

    def write_json(self, name: str, content: Any) -> None:
        """Write a receipt whole, in the place of another of its name."""
        write_json(self.here(name), content)

    def has(self, name: str, sha256: str, size: int) -> bool:
        """Whether a content is kept under a name, as far as its size tells; nothing is read."""
        path = self.here(name)
        return path.exists() and path.stat().st_size == size

    def local(self, name: str, sha256: str) -> Path:
        """A path of this machine to read a content from. Of a folder it is the file, whatever is in it."""
        return self.here(name)

    def keep(self, draft: Path, name: str, sha256: str) -> Path:
        """Give a finished draft its name, in the place of another content; returns where it is now."""
        with replacing(self.here(name)) as ready:
            draft.replace(ready)
        return self.here(name)

    def keep_for_good(self, draft: Path, name: str, sha256: str) -> None:
        """The same for a content that nobody may change; one that is there already stays as it is."""
        if self.has(name, sha256, draft.stat().st_size):
            return
        target = self.here(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        sync_one(draft)
        draft.chmod(0o444)
        draft.replace(target)
        sync_folder(target.parent)

    def sha256(self, name: str) -> str | None:
        """Hash of a content, read anew, or None if there is none."""
        path = self.here(name)
        return sha256_of(path) if path.exists() else None
