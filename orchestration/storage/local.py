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
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, sync_one
from orchestration.base.settings import Settings


def raw_path(settings: Settings, sha256: str) -> Path:
    """Place of a content in the raw store."""
    return settings.raw_dir / sha256[:2] / sha256


def receipt_path(settings: Settings, source: str, vintage: str, file: str) -> Path:
    """Place of the receipt of a source's file, all by name."""
    return settings.raw_dir / "receipts" / source / vintage / f"{file}.json"


def partial_path(settings: Settings, url: str) -> Path:
    """Place of a download that is not complete yet; found again by the next attempt."""
    return settings.raw_dir / ".partial" / hashlib.sha256(url.encode()).hexdigest()[:32]


def lake_path(settings: Settings, source: str, vintage: str, table: str, partition: str | None) -> Path:
    """Place of the Parquet file of a source's table, all by name; of a partition, if the table has such."""
    folder = settings.lake_dir / source / vintage
    return folder / f"{table}.parquet" if partition is None else folder / table / f"{partition}.parquet"


def held_vintages(settings: Settings, source: str) -> list[str]:
    """Vintages of a source of which the lake may have something."""
    folder = settings.lake_dir / source
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def lake_receipt_path(parquet: Path) -> Path:
    """Place of the receipt beside a Parquet file."""
    return parquet.with_suffix(".json")


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
    sync_one(temporary)
    temporary.chmod(0o444)
    temporary.replace(target)
    sync_one(target.parent)
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
