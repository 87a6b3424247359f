"""Writing in folders that nobody sees yet, and telling of disks that are full or closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError

# How DuckDB tells of a changed byte: by the same kinds of errors as of a full disk.
_DAMAGE = re.compile("checksum|corrupt", re.IGNORECASE)
# DuckDB reports a full disk as an error of its own; at a commit as one of the transaction, or a fatal one.
DISK_ERRORS = (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)


def write_text(path: Path, text: str) -> None:
    """Text as UTF-8 with plain line ends, in a folder that nobody sees yet: it is synced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def told_in_plain_words(doing: str, where: Path | str) -> Iterator[None]:
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
