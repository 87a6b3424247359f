"""The list of a mirror folder, `MIRROR.csv`: which files lie there, and what each must be.

Columns `path`, `bytes` and `sha256` (others are kept for people). `bytes` and `sha256` are those of the
content as published or of the file as it lies there; the two differ only where the copy was compressed:
`x.csv.gz` stands for the official `x.csv`.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.files import replacing
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest.channels import SAMPLE_MARK

LIST_NAME = "MIRROR.csv"
_SIZE, _DIGEST = re.compile("[0-9]+"), re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Copy:
    """One file of a mirror folder, as its list describes it."""

    folder: Path
    path: str
    bytes: int
    sha256: str
    found_in: str = ""
    form: str = "as_published"

    @property
    def place(self) -> Path:
        """Where the copy lies."""
        return self.folder / self.path

    @property
    def official_path(self) -> str:
        """The path without the ending that only the copy has."""
        return self.path.removesuffix(".gz")

    @property
    def shipped(self) -> bool:
        """Whether it came with the project."""
        return self.folder == SHIPPED_MIRROR


def copies(folder: Path) -> dict[str, Copy]:
    """What a mirror folder lists, by official path."""
    path = folder / LIST_NAME
    return _read_list(folder, path.stat().st_mtime_ns, path.stat().st_size)


@lru_cache(maxsize=32)
def _read_list(folder: Path, _mtime: int, _size: int) -> dict[str, Copy]:
    place = folder / LIST_NAME
    with place.open(encoding="utf-8", newline="") as handle:
        rows = csv.DictReader(handle)
        lacking = sorted({"path", "bytes", "sha256"} - set(rows.fieldnames or ()))
        if lacking:
            raise MobilityError(
                "The list of a mirror folder lacks columns.",
                where=str(place),
                expected="path, bytes, sha256",
                found=f"without {', '.join(lacking)}",
                remedy="complete the list",
            )
        found = [_copy(folder, row, f"{place}, line {rows.line_num}") for row in rows]
    # A file that is officially called .gz is listed under that name too.
    return {copy.official_path: copy for copy in found} | {copy.path: copy for copy in found}


def _copy(folder: Path, row: dict[str, str], where: str) -> Copy:
    size, digest = (row["bytes"] or "").strip(), (row["sha256"] or "").strip().lower()
    if not row["path"] or not _SIZE.fullmatch(size) or not _DIGEST.fullmatch(digest):
        raise MobilityError(
            "A line of the list of a mirror folder cannot be read.",
            where=where,
            expected="path, bytes as a whole number, sha256 as 64 hexadecimal digits",
            found=f"{row['path'] or 'no path'}, {size or 'no bytes'}, {digest or 'no sha256'}",
            remedy="correct the line",
        )
    return Copy(
        folder, row["path"], int(size), digest, row.get("found_in") or "", row.get("form") or "as_published"
    )


def write_list(folder: Path, rows: Iterable[dict[str, str]] = (), *, sample: bool = False) -> None:
    """Write `MIRROR.csv` for every file of a folder.

    Args:
        folder: the mirror folder; all its files but lists and texts about it are listed.
        rows: further facts about files, each with the key `path`.
        sample: mark the folder as the invented state's.
    """
    facts = {row["path"]: row for row in rows}
    extra = sorted({key for row in facts.values() for key in row} - {"path", "bytes", "sha256"})
    if sample:
        (folder / SAMPLE_MARK).write_text(
            "This folder holds the files of an invented state. Nothing in it is true.\n",
            encoding="utf-8",
            newline="\n",
        )
        extra = sorted({*extra, "channel"})
    skipped = {LIST_NAME, SAMPLE_MARK, "README.md", "LICENSE"}
    paths = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name not in skipped
    )
    place = folder / LIST_NAME
    with replacing(place) as temporary, temporary.open("w", encoding="utf-8", newline="") as handle:
        out = csv.DictWriter(handle, ["path", *extra, "bytes", "sha256"], lineterminator="\n")
        out.writeheader()
        for path in paths:
            content = (folder / path).read_bytes()
            if path.endswith(".gz"):
                content = gzip.decompress(content)
            row = {"channel": "sample"} if sample else {}
            row |= facts.get(path, {}) | {"path": path, "bytes": str(len(content))}
            out.writerow(row | {"sha256": hashlib.sha256(content).hexdigest()})
