"""Folders that appear whole or not at all: hashing, syncing to disk, renaming."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import MobilityError


def sha256_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> list[Path]:
    """Every file below a folder, sorted by path."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, whatever the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def sync(folder: Path) -> None:
    """Bring every file and folder below `folder` to the disk."""
    for path in [*files_below(folder), *(p for p in folder.rglob("*") if p.is_dir()), folder]:
        sync_one(path)


def sync_one(path: Path) -> None:
    """Bring one file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename_into_place(hidden: Path, target: Path) -> None:
    """Give a finished, synced folder its name."""
    hidden.rename(target)
    sync_one(target.parent)


def point(link: Path, target: str) -> None:
    """Switch a relative link to `target` in one step."""
    waiting = link.with_name(f".{link.name}.new")
    waiting.unlink(missing_ok=True)
    waiting.symlink_to(target)
    waiting.rename(link)
    sync_one(link.parent)


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Remove hidden folders that a killed run left behind."""
    for path in sorted(parent.glob(f"{prefix}*")):
        shutil.rmtree(path)


@contextmanager
def told_in_plain_words(doing: str, where: Path) -> Iterator[None]:
    """Turn a full disk, a read-only folder and their like into an error that says what to do."""
    try:
        yield
    except OSError as problem:
        raise MobilityError(
            f"{doing} did not succeed; nothing of it is visible.",
            where=str(problem.filename or where),
            expected="a folder that can be written, with room for a release (about 0.5 GB)",
            found=problem.strerror or str(problem),
            remedy="make room or mend the permissions, then give the same command again",
        ) from problem
