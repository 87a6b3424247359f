"""Mirror folders: files that somebody copied, with a list of what they must be (mirror_list).

A folder without a list whose subfolders have one stands for those subfolders, in alphabetical order.
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable
from io import BufferedReader
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import SHIPPED_MIRROR, Settings
from orchestration.ingest.channels import refuse_foreign_mirror
from orchestration.ingest.mirror_list import LIST_NAME, Copy, copies
from orchestration.sources.model import Source, SourceFile
from orchestration.sources.reading import inflating

_CHUNK = 1 << 20


def folders(settings: Settings) -> list[Path]:
    """Mirror folders of a run, in the order in which they are asked; the shipped one is the last.

    The sample channel has no shipped mirror: its folder is among those given.
    """
    found: list[Path] = []
    for given in settings.mirrors:
        found += with_list(Path(given).expanduser().resolve())
    if settings.channel == "national" and (SHIPPED_MIRROR / LIST_NAME).exists():
        found.append(SHIPPED_MIRROR)
    for folder in found:
        refuse_foreign_mirror(settings.channel, folder)
        copies(folder)  # a list that cannot be read is told of once, not for every file
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
            stored = content = _Counted(lying)
            if compressed:
                content = _Counted(inflating.gunzipped(stored))
            shutil.copyfileobj(content, out, _CHUNK)
    except inflating.GZIP_ERRORS as error:
        raise MobilityError(
            "A compressed copy is cut off or damaged.",
            where=str(copy.place),
            expected=f"a complete gzip file of {file.official_name}",
            found=f"{error} ({copy.place.stat().st_size} bytes on disk)",
            remedy="copy the file again",
        ) from error
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

    def __init__(self, source: BufferedReader | gzip.GzipFile) -> None:
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

    def readinto(self, buffer: memoryview, /) -> int:
        """The next bytes, into a place that the reader has for them."""
        count = self.source.readinto(buffer)
        self.digest.update(buffer[:count])
        self.bytes += count
        return count
