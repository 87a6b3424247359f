"""Where files of a channel lie, and how they are written: the only module that joins such paths.

Everything else asks this module for places. To move the raw store and the lake to an object
store, this module changes and nothing else.

    raw/<aa>/<sha256>                                    content exactly as received
    raw/receipts/<source>/<vintage>/<file>.json          where it came from
    lake/<source>/<vintage>/<table>[/<partition>].parquet  and its receipt .json beside it
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.sources.model import Source, SourceFile, Table

_CHUNK = 1 << 20


def raw_path(settings: Settings, sha256: str) -> Path:
    """Place of a content in the raw store."""
    return settings.raw_dir / sha256[:2] / sha256


def receipt_path(settings: Settings, source: Source, file: SourceFile) -> Path:
    """Place of a file's receipt."""
    return settings.raw_dir / "receipts" / source.name / file.vintage / f"{file.name}.json"


def partial_path(settings: Settings, url: str) -> Path:
    """Place of a download that is not complete yet; found again by the next attempt."""
    return settings.raw_dir / ".partial" / hashlib.sha256(url.encode()).hexdigest()[:32]


def lake_path(settings: Settings, source: Source, table: Table, vintage: str, partition: str | None) -> Path:
    """Place of a table's Parquet file."""
    folder = settings.lake_dir / source.name / vintage
    if table.partitioned:
        return folder / table.name / f"{partition}.parquet"
    return folder / f"{table.name}.parquet"


def held_vintages(settings: Settings, source: Source) -> list[str]:
    """Vintages of a source of which the lake may have something."""
    folder = settings.lake_dir / source.name
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def lake_receipt_path(parquet: Path) -> Path:
    """Place of the receipt beside a Parquet file."""
    return parquet.with_suffix(".json")


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


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
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.chmod(0o644)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: Any) -> None:
    """Write JSON by temporary file and rename; sorted keys, so that equal content gives equal bytes."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as handle:
        json.dump(content, handle, indent=1, sort_keys=True, ensure_ascii=False)
        handle.write("\n")


def read_json(path: Path) -> Any:
    """Content of a JSON file, or None if there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise MobilityError(
            "A receipt is not readable.",
            where=str(path),
            expected="JSON, as `mobility` wrote it",
            found=str(error),
            remedy="delete this file and run again; the file is then received anew",
        ) from error


def keep_raw(settings: Settings, temporary: Path, sha256: str) -> Path:
    """Move a received file into the raw store; a content that is there already stays as it is."""
    target = raw_path(settings, sha256)
    if target.exists() and target.stat().st_size == temporary.stat().st_size:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with temporary.open("rb+") as written:
        os.fsync(written.fileno())
    temporary.chmod(0o444)
    temporary.replace(target)
    sync_folder(target.parent)
    return target


def checked_raw(settings: Settings, sha256: str, name: str) -> Path:
    """Place of a content in the raw store, after proving that it is still that content."""
    path = raw_path(settings, sha256)
    found = sha256_of(path) if path.exists() else "no file"
    if found != sha256:
        raise MobilityError(
            "The raw store does not hold what was received.",
            where=f"{path} ({name})",
            expected=f"content with SHA-256 {sha256}",
            found=found,
            remedy="delete this file and run again; it is then received anew",
        )
    return path
