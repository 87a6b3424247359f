"""Fills the shipped `mirror/` from other mirror folders.

    python -m orchestration.maintain.ship MIRROR...

Every file of every source that one of the folders has is copied, compressed so that equal content
gives equal bytes, and listed with what a reader of the copy must know. What the mirror has already and
none of the folders has stays; files that no source names any more are removed.
"""

from __future__ import annotations

import csv
import gzip
import sys
import tempfile
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest import mirror
from orchestration.ingest.channels import refuse_foreign_mirror
from orchestration.ingest.mirror_list import LIST_NAME, write_list
from orchestration.ingest.refresh import chosen_files

_LARGEST = 4 << 20


def ship(sources: list[Path], target: Path = SHIPPED_MIRROR) -> list[str]:
    """Copy what the folders have; returns the paths in the target, sorted.

    Raises:
        MobilityError: no folder is given, or one has no list.
    """
    if not sources:
        raise MobilityError(
            "There is nothing to ship.",
            expected="at least one mirror folder",
            found="none",
            remedy="python -m orchestration.maintain.ship MIRROR...",
        )
    folders = [folder for given in sources for folder in mirror.with_list(given)]
    if (target / LIST_NAME).exists():
        folders.append(target)
    for folder in folders:
        refuse_foreign_mirror("national", folder)
    rows = []
    for source, file in chosen_files(channel="national"):
        copy = mirror.find(source, file, folders) if file.ships else None
        if copy is None:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            content = Path(scratch) / "content"
            mirror.unpack(copy, file, content)
            packed = gzip.compress(content.read_bytes(), compresslevel=9, mtime=0)
        if len(packed) > _LARGEST:
            continue
        path = f"{source.canonical_path(file)}.gz"
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(packed)
        rows.append(
            {
                "path": path,
                "source": source.name,
                "vintage": file.vintage,
                "agency": source.agency,
                "official_name": file.official_name,
                "official_url": file.url or source.landing_page,
                "stored_bytes": str(len(packed)),
                "form": copy.form,
                "found_in": copy.found_in,
            }
        )
    _remove_strangers(target, {row["path"] for row in rows})
    write_list(target, rows)
    return sorted(row["path"] for row in rows)


def _remove_strangers(target: Path, listed: set[str]) -> None:
    for path in list(target.rglob("*.gz")):
        if path.relative_to(target).as_posix() not in listed:
            path.unlink()


if __name__ == "__main__":
    try:
        shipped = ship([Path(argument).resolve() for argument in sys.argv[1:]])
    except MobilityError as problem:
        sys.exit(f"error: {problem}")
    total = sum((SHIPPED_MIRROR / path).stat().st_size for path in shipped)
    csv.writer(sys.stdout).writerow([f"{len(shipped)} files", f"{total:,} bytes"])
