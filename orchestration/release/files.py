"""Folders that appear whole or not at all: hashing, syncing to disk, renaming."""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError

# How DuckDB tells of a changed byte: by the same kinds of errors as of a full disk.
_DAMAGE = re.compile("checksum|corrupt", re.IGNORECASE)
# DuckDB reports a full disk as an error of its own; at a commit as one of the transaction, or a fatal one.
DISK_ERRORS = (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)


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
    """Give a finished, synced folder its name; what bore it before becomes a leftover, and goes."""
    if target.exists():
        replaced = hidden.with_name(f"{hidden.name}.replaced")
        shutil.rmtree(replaced, ignore_errors=True)  # left by a run that was killed right here
        target.rename(replaced)
        try:
            hidden.rename(target)
        except OSError:
            replaced.rename(target)
            raise
        shutil.rmtree(replaced, ignore_errors=True)
    else:
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
    except DISK_ERRORS as problem:
        if isinstance(problem, duckdb.Error) and _DAMAGE.search(str(problem)):
            raise MobilityError(
                f"{doing} did not succeed: a file that it reads is damaged.",
                where=str(where),
                expected="files as they were written",
                found=str(problem).splitlines()[0],
                remedy="look at releases with `mobility release verify`; remove a damaged warehouse and make "
                "it anew with `mobility build`; then give the same command again",
            ) from problem
        file = getattr(problem, "filename", None)
        raise MobilityError(
            f"{doing} did not succeed; nothing of it is visible.",
            where=str(file or where),
            expected="a folder that can be written, with room for a release (about 0.5 GB)",
            found=getattr(problem, "strerror", None) or str(problem),
            remedy="make room or mend the permissions, then give the same command again",
        ) from problem


@contextmanager
def only_one(folder: Path, what: str) -> Iterator[None]:
    """Hold the right to write below `folder`; a second process is told, not kept waiting.

    The lock ends with the process, however that ends.

    Args:
        folder: whose contents are guarded; made if it is not there.
        what: who holds the lock, in words: "publisher".
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8", newline="\n") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise MobilityError(
                f"Another {what} is at work in this channel.",
                where=str(folder),
                found=lock.read().strip() or "an unnamed process",
                remedy="wait until it is done, look at `mobility release list`, then try again",
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(f"{getpass.getuser()}, process {os.getpid()}")
        lock.flush()
        yield
