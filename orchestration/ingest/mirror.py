"""Mirror folders: files that somebody copied, with a list of what they must be.

A mirror folder has a `MIRROR.csv` with the columns `path`, `bytes` and `sha256` (others are kept
for people). `bytes` and `sha256` are those of the content as published or of the file as it lies
there; the two differ only where the copy was compressed: `x.csv.gz` stands for the official `x.csv`.
A folder without a list whose subfolders have one stands for those subfolders, in alphabetical order.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import shutil
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from orchestration.errors import MobilityError
from orchestration.ingest.channels import SAMPLE_MARK, refuse_foreign_mirror
from orchestration.ingest.storage import replacing
from orchestration.settings import SHIPPED_MIRROR, Settings
from orchestration.sources.model import Source, SourceFile

LIST_NAME = "MIRROR.csv"


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


def folders(settings: Settings) -> list[Path]:
    """Mirror folders of a run, in the order in which they are asked; the shipped one is the last.

    The sample channel has no shipped mirror: without a folder of its own it writes one.
    """
    found: list[Path] = []
    if settings.channel == "sample" and not settings.mirrors:
        from orchestration.sample import ensure_sample

        found.append(ensure_sample(settings.channel_dir / "mirror"))
    for given in settings.mirrors:
        found += with_list(Path(given).expanduser().resolve())
    if settings.channel == "national" and (SHIPPED_MIRROR / LIST_NAME).exists():
        found.append(SHIPPED_MIRROR)
    for folder in found:
        refuse_foreign_mirror(settings.channel, folder)
    return found


def with_list(given: Path) -> list[Path]:
    """The folders with a list that a given folder stands for."""
    if (given / LIST_NAME).exists():
        return [given]
    below = sorted(path.parent for path in given.glob(f"*/{LIST_NAME}"))
    if not below:
        raise MobilityError(
            "A mirror folder has no list of its files.",
            where=str(given),
            expected=f"{LIST_NAME} in the folder or in folders directly below it",
            found="none" if given.is_dir() else "no such folder",
            remedy=f"give another --mirror, or write a {LIST_NAME} with the columns path, bytes, sha256",
        )
    return below


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
        found = [
            Copy(
                folder,
                row["path"],
                int(row["bytes"]),
                row["sha256"].lower(),
                row.get("found_in") or "",
                row.get("form") or "as_published",
            )
            for row in rows
        ]
    # A file that is officially called .gz is listed under that name too.
    return {copy.official_path: copy for copy in found} | {copy.path: copy for copy in found}


def find(source: Source, file: SourceFile, mirrors: Iterable[Path]) -> Copy | None:
    """The first copy of a file, asking the mirrors in their order."""
    wanted = (source.canonical_path(file), *file.mirror_paths)
    for folder in mirrors:
        listed = copies(folder)
        for path in wanted:
            if path in listed and listed[path].place.exists():
                return listed[path]
    return None


def unpack(copy: Copy, file: SourceFile, target: Path) -> tuple[str, int]:
    """Write the official bytes of a copy to `target`; returns their hash and size.

    Raises:
        MobilityError: the copy is cut off, or is not what the list says.
    """
    compressed = copy.path.endswith(".gz") and not file.official_name.endswith(".gz")
    try:
        with copy.place.open("rb") as lying, target.open("wb") as out:
            stored = _Counted(lying)
            if compressed:
                with gzip.GzipFile(fileobj=stored, mode="rb") as unzipped:
                    shutil.copyfileobj(unzipped, out, 1 << 20)
            else:
                shutil.copyfileobj(stored, out, 1 << 20)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise MobilityError(
            "A compressed copy is cut off or damaged.",
            where=str(copy.place),
            expected=f"a complete gzip file of {file.official_name}",
            found=f"{error} ({copy.place.stat().st_size} bytes on disk)",
            remedy="copy the file again",
        ) from error
    with target.open("rb") as written:
        content = _Counted(written)
        while content.read(1 << 20):
            pass
    for counted in (content, stored):
        if (counted.digest.hexdigest(), counted.bytes) == (copy.sha256, copy.bytes):
            return content.digest.hexdigest(), content.bytes
    raise MobilityError(
        f"A copy is not what {LIST_NAME} says.",
        where=str(copy.place),
        expected=f"{copy.bytes} bytes with SHA-256 {copy.sha256}",
        found=f"{content.bytes} bytes with SHA-256 {content.digest.hexdigest()}",
        remedy=f"copy the file again; if the new one is right, correct its line in {copy.folder / LIST_NAME}",
    )


class _Counted:
    """A file being read, with size and hash of what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self.digest = hashlib.sha256()
        self.bytes = 0
        self.source = source

    def seek(self, *position: int) -> int:
        """Only to satisfy the readers' type; nobody goes back."""
        raise OSError(f"cannot go back to {position}")

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        chunk = self.source.read(size)
        self.digest.update(chunk)
        self.bytes += len(chunk)
        return chunk


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
    skipped = {LIST_NAME, SAMPLE_MARK, "README.md"}
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
