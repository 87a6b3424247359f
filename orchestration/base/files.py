"""Files: hashing, writing whole or not at all, bringing to the disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_waiting: ContextVar[set[Path] | None] = ContextVar("folders that are synced at the end", default=None)


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
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, whatever the machine; a killed write leaves the old file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Any) -> None:
    """JSON with sorted keys, so that equal content gives equal bytes; written like text."""
    write_text(path, json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


@contextmanager
def folders_synced_at_the_end() -> Iterator[None]:
    """Many files of few folders: in the block a file is synced when it is written, a folder once, after it.

    After a power cut in the middle the last files may still have their old names, so who uses this must see
    from a file and its receipt whether they belong together. Threads count if they run in a copied context.
    """
    if _waiting.get() is not None:
        yield
        return
    folders: set[Path] = set()
    token = _waiting.set(folders)
    try:
        yield
    finally:
        _waiting.reset(token)
        for folder in sorted(folders):
            sync_one(folder)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder survive a power cut: now, or at the end of `folders_synced_at_the_end`."""
    waiting = _waiting.get()
    if waiting is None:
        sync_one(folder)
    else:
        waiting.add(folder)


def sync_one(path: Path) -> None:
    """Bring one file or folder to the disk.

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
