"""Folders that appear whole or not at all: syncing to disk, renaming."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.files import files_below, sync_one

# How DuckDB tells of a changed byte: by the same kinds of errors as of a full disk.
_DAMAGE = re.compile("checksum|corrupt", re.IGNORECASE)
# DuckDB reports a full disk as an error of its own; at a commit as one of the transaction, or a fatal one.
DISK_ERRORS = (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, in a folder that nobody sees yet: it is synced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def sync(folder: Path) -> None:
    """Bring every file and folder below `folder` to the disk."""
    for path in [*files_below(folder), *(p for p in folder.rglob("*") if p.is_dir()), folder]:
        sync_one(path)


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
