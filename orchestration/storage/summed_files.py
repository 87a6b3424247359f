"""Sums of parts of the lake: Parquet by name, each with a receipt that says what it was made of.

    sums/<model>/<vintage>/<state>.parquet    of one state of one vintage
    sums/<model>/<vintage>.parquet            of all states of a vintage, in one file

They only save work: a build that finds none, or old ones, sums the records itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

from orchestration.base.files import sha256_of
from orchestration.base.settings import Settings
from orchestration.storage.files import Files
from orchestration.storage.home import files


def name_of(model: str, vintage: str, state: str | None = None) -> str:
    """Name of the sums of a vintage, or of a state of it."""
    return f"{model}/{vintage}.parquet" if state is None else f"{model}/{vintage}/{state}.parquet"


def look(settings: Settings) -> None:
    """See what others summed, where it is kept in a store."""
    _sums(settings).look()


def is_there(settings: Settings, name: str) -> bool:
    """Whether there are sums of this name, of whatever."""
    return _sums(settings).exists(_receipt_name(name))


def current(settings: Settings, name: str, made_of: str) -> dict[str, Any] | None:
    """Receipt of sums that were made of exactly this and are there, or None.

    In a folder they are read: nobody else looks at their bytes, and sums are small. Of a store, copies are
    checked when they are fetched.
    """
    sums = _sums(settings)
    receipt: dict[str, Any] | None = sums.read_json(_receipt_name(name))
    if receipt is None or receipt["made_of"] != made_of:
        return None
    if not sums.has(name, receipt["sha256"], receipt["bytes"]):
        return None
    return receipt if sums.is_copy or sums.sha256(name) == receipt["sha256"] else None


def local(settings: Settings, name: str, receipt: dict[str, Any]) -> Path:
    """A path of this machine to read sums from."""
    return _sums(settings).local(name, receipt["sha256"])


def draft(settings: Settings, name: str) -> Path:
    """A path of its own to write sums at."""
    place = _sums(settings).here(name)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.with_name(f".{place.name}.{uuid4().hex}.draft")


def keep(settings: Settings, name: str, draft: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Put drafted sums in their place, then their receipt, which is given back."""
    receipt = facts | {"sha256": sha256_of(draft), "bytes": draft.stat().st_size}
    sums = _sums(settings)
    sums.keep(draft, name, receipt["sha256"])
    sums.write_json(_receipt_name(name), receipt)
    return receipt


def _receipt_name(name: str) -> str:
    return f"{name.removesuffix('.parquet')}.json"


def _sums(settings: Settings) -> Files:
    return files(settings, "sums")
