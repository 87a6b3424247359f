"""Files: hashing, writing whole or not at all, bringing to the disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def version_of(path: Path) -> str:
    """What changes whenever a file does, without reading it: size, times of content and of status, inode."""
    facts = path.stat()
    return f"{facts.st_mtime_ns}-{facts.st_ctime_ns}-{facts.st_size}-{facts.st_ino}"


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, sorted by path."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary file in the target's folder; synced and renamed if the block ends well, else deleted.

    Killed at any moment, the target is either the old or the new file.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        sync_one(temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
        sync_one(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, whatever the machine; a killed write leaves the old file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """JSON with sorted keys, so that equal content gives equal bytes; written like text."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def sync_one(path: Path) -> None:
    """Bring one file or folder to the disk; of a folder that makes renames in it survive a power cut.

    With `MOBILITY_SYNC=0` the operating system decides when: a killed process loses nothing by that, a
    power cut may. Meant for homes that are thrown away, such as those of the tests.
    """
    if os.environ.get("MOBILITY_SYNC") == "0":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
