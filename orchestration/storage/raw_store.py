"""The raw store: files exactly as received, each once, with the receipts that say where they came from.

    raw/<aa>/<sha256>                             a content; never changed, never deleted by a run
    raw/receipts/<source>/<vintage>/<file>.json   what was received under a name, and when

What arrives is written below `raw/.landing` and `raw/.partial` of this machine first.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.storage.files import Files
from orchestration.storage.home import files


def content_name(sha256: str) -> str:
    """Name of a content in the raw store."""
    return f"{sha256[:2]}/{sha256}"


def receipt_name(source: str, vintage: str, file: str) -> str:
    """Name of the receipt of a source's file, all by name."""
    return f"receipts/{source}/{vintage}/{file}.json"


def look(settings: Settings, source: str = "") -> None:
    """See what others received, or received of one source, where the raw store is an object store."""
    _raw(settings).look(f"receipts/{source}" if source else "")


def receipt(settings: Settings, source: str, vintage: str, file: str) -> dict[str, Any] | None:
    """What was received of a source's file, or None if nothing ever was."""
    found: dict[str, Any] | None = _raw(settings).read_json(receipt_name(source, vintage, file))
    return found


def write_receipt(settings: Settings, receipt: dict[str, Any]) -> None:
    """Write the receipt of a source's file, which names itself."""
    name = receipt_name(receipt["source"], receipt["vintage"], receipt["file"])
    _raw(settings).write_json(name, receipt)


def holds(settings: Settings, facts: dict[str, Any]) -> bool:
    """Whether the content that a line of a receipt speaks of is there, as far as its size tells."""
    return _raw(settings).has(content_name(facts["sha256"]), facts["sha256"], facts["bytes"])


def keep(settings: Settings, landed: Path, sha256: str) -> None:
    """Take a received file in; a content that is there already stays as it is."""
    _raw(settings).keep_for_good(landed, content_name(sha256), sha256)


def local(settings: Settings, sha256: str) -> Path:
    """A path to read a content from that the store `holds`; what is read is not proved."""
    return _raw(settings).local(content_name(sha256), sha256)


def proved(settings: Settings, sha256: str, name: str) -> Path:
    """A path to read a content from, after proving that it is still that content.

    Args:
        settings: which channel, where.
        sha256: the content.
        name: what people know it by.

    Raises:
        MobilityError: it is not there, or another one.
    """
    raw = _raw(settings)
    content = content_name(sha256)
    path = raw.local(content, sha256)
    found = raw.sha256(content) or "no file"
    if found != sha256:
        raise MobilityError(
            "The raw store does not hold what was received.",
            where=f"{raw.where(content)} ({name})",
            expected=f"content with SHA-256 {sha256}",
            found=found,
            remedy="delete this file and run again; it is then received anew",
        )
    return path


def take_over(settings: Settings, other: Settings, sha256: str, name: str) -> None:
    """Bring a content of another home's raw store into this one, without copying where that is possible."""
    target = _raw(settings).here(content_name(sha256))
    there = proved(other, sha256, name)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(there, target)
    except OSError:
        shutil.copyfile(there, target)


@contextmanager
def landing(settings: Settings) -> Iterator[Path]:
    """A temporary file in the raw store's file system, gone after the block."""
    folder = _raw(settings).here(".landing")
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    os.close(handle)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def partial_path(settings: Settings, url: str) -> Path:
    """Place of a download that is not complete yet; found again by the next attempt."""
    return _raw(settings).here(".partial") / hashlib.sha256(url.encode()).hexdigest()[:32]


def _raw(settings: Settings) -> Files:
    return files(settings, "raw")
