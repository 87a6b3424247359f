"""Files of the lake: Parquet, each with a receipt beside it that says what it was made of.

    lake/<source>/<vintage>/<table>[/<partition>].parquet    and its receipt .json beside it

What a build reads is what the receipts say: a file whose version (size, times, inode) is the one at which
its hash was last taken is not read again to prove it. Those versions stand in `runs/lake_proved.json`, which
only saves work: without it every file is hashed once more.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from uuid import uuid4

from orchestration.base.files import sha256_of, version_of
from orchestration.base.settings import Settings
from orchestration.storage.files import Files
from orchestration.storage.home import files

_NOTING = threading.Lock()
_to_be_noted: ContextVar[dict[str, list[str]] | None] = ContextVar("versions and hashes", default=None)


def parquet_name(source: str, vintage: str, table: str, partition: str | None) -> str:
    """Name of the Parquet file of a source's table, all by name; of a partition, if the table has such."""
    folder = f"{source}/{vintage}"
    return f"{folder}/{table}.parquet" if partition is None else f"{folder}/{table}/{partition}.parquet"


def receipt_name(parquet: str) -> str:
    """Name of the receipt beside a Parquet file."""
    return f"{parquet.removesuffix('.parquet')}.json"


def vintages(settings: Settings, source: str) -> list[str]:
    """Vintages of a source of which the lake may have something."""
    return [name.split("/", 1)[1] for name in _lake(settings).names(f"{source}/*")]


def look(settings: Settings, source: str = "") -> None:
    """See what others wrote into the lake, or of one source, where it is kept in a store."""
    _lake(settings).look(source)


def is_empty(settings: Settings) -> bool:
    """Whether there is no Parquet file at all."""
    return not _lake(settings).names("**/*.parquet")


def where(settings: Settings, parquet: str = "") -> str:
    """Where a file of the lake lies, for people."""
    return _lake(settings).where(parquet)


def receipt(settings: Settings, parquet: str) -> dict[str, Any] | None:
    """Receipt of a Parquet file, or None if it was never written."""
    found: dict[str, Any] | None = _lake(settings).read_json(receipt_name(parquet))
    return found


def receipts(settings: Settings, source: str, table: str) -> list[tuple[str, bytes]]:
    """Names and contents of all receipts of a source's table, sorted as paths are."""
    lake = _lake(settings)
    found = lake.names(f"{source}/*/{table}.json") + lake.names(f"{source}/*/{table}/*.json")
    return [(name, lake.read(name) or b"") for name in sorted(found, key=lambda name: name.split("/"))]


def is_there(settings: Settings, parquet: str) -> bool:
    """Whether there is a Parquet file of this name, from ingestion or not."""
    return _lake(settings).exists(parquet)


def holds(settings: Settings, parquet: str, receipt: dict[str, Any]) -> bool:
    """Whether what a receipt speaks of is there, as far as its size tells."""
    return _lake(settings).has(parquet, receipt["parquet_sha256"], receipt["bytes"])


def local(settings: Settings, parquet: str, receipt: dict[str, Any]) -> Path:
    """A path of this machine to read a Parquet file from."""
    return _lake(settings).local(parquet, receipt["parquet_sha256"])


def draft(settings: Settings, parquet: str) -> Path:
    """A path of its own to write a Parquet file at; what a killed run left under such a name goes."""
    place = _lake(settings).here(parquet)
    for left in place.parent.glob(f".{place.name}.*draft"):
        left.unlink(missing_ok=True)
    return place.with_name(f".{place.name}.{uuid4().hex}.draft")


def keep(settings: Settings, parquet: str, draft: Path, receipt: dict[str, Any]) -> None:
    """Put a drafted file in its place, then its receipt."""
    lake = _lake(settings)
    kept = lake.keep(draft, parquet, receipt["parquet_sha256"])
    lake.write_json(receipt_name(parquet), receipt)
    if not lake.is_copy:
        proved, waiting = {parquet: [version_of(kept), receipt["parquet_sha256"]]}, _to_be_noted.get()
        if waiting is None:
            _note(settings, proved)
        else:
            waiting |= proved


@contextmanager
def noted_at_the_end(settings: Settings) -> Iterator[None]:
    """Note all that the block `keep`s in one go, after it: the note of a whole lake is not a small file."""
    waiting: dict[str, list[str]] = {}
    token = _to_be_noted.set(waiting)
    try:
        yield
    finally:
        _to_be_noted.reset(token)
        if waiting:
            _note(settings, waiting)


def hashes(settings: Settings, parquets: Iterable[str]) -> dict[str, str]:
    """SHA-256 of files of the lake; read are only those that changed since their hash was last taken."""
    lake = _lake(settings)
    if lake.is_copy:  # contents are named by their hash, and copies checked against it
        return {name: _kept(settings, name) for name in parquets}
    known = _noted(settings)
    found, anew = {}, {}
    for name in parquets:
        path = lake.here(name)
        version = version_of(path)
        was, sha256 = known.get(name, (None, ""))
        if was != version:
            sha256 = sha256_of(path)
            anew[name] = [version, sha256]
        found[name] = sha256
    if anew:
        _note(settings, anew)
    return found


def _kept(settings: Settings, parquet: str) -> str:
    """Hash of the content that a store keeps for a file's receipt; nothing if it does not."""
    said = receipt(settings, parquet)
    return said["parquet_sha256"] if said and holds(settings, parquet, said) else ""


def _note_file(settings: Settings) -> Path:
    return settings.runs_dir / "lake_proved.json"


def _noted(settings: Settings) -> dict[str, list[str]]:
    try:
        noted = json.loads(_note_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _note(settings: Settings, more: dict[str, list[str]]) -> None:
    """Note versions and hashes. Not synced: lost, it costs a hash."""
    place = _note_file(settings)
    waiting = place.with_name(f".{place.name}.{os.getpid()}.new")
    with _NOTING:
        place.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_text(json.dumps(_noted(settings) | more, sort_keys=True), encoding="utf-8")
        waiting.replace(place)


def _lake(settings: Settings) -> Files:
    return files(settings, "lake")
