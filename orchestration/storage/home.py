"""Which files a channel has, and where: the only module that says so.

    inbox/        what a person sent, of a home on a store                inbox_files.py
    raw/          contents exactly as received, and their receipts        raw_store.py
    lake/         Parquet, each with its receipt                          lake_files.py
    sums/         sums of parts of the lake, each with its receipt        summed_files.py
    candidates/   what waits for the gate; folders of this machine
    releases/     what was published                                      releases.py

A home is a folder of this machine, or an address of an object store. Of a store, the folders of the settings
hold copies, drafts, candidates and the warehouse: scratch, which may be deleted at any time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from orchestration.base.settings import Settings
from orchestration.storage.copied import Copied, Sent
from orchestration.storage.files import Files
from orchestration.storage.releases import Releases
from orchestration.storage.releases_elsewhere import ReleasesElsewhere
from orchestration.storage.store_place import StorePlace

Kind = Literal["raw", "lake", "sums"]


def files(settings: Settings, kind: Kind) -> Files:
    """Raw store, lake or sums of the channel."""
    folder = settings.channel_dir / kind
    return _copied(_place(settings), kind, folder) if settings.store else Files(folder)


def sent(settings: Settings) -> Sent:
    """The inbox of a home on a store."""
    return _sent(_place(settings))


def candidates(settings: Settings) -> Path:
    """The folder in which candidates are built and judged."""
    return settings.candidates_dir


def releases(settings: Settings) -> Releases:
    """The published releases of the channel."""
    folder = settings.releases_dir
    return ReleasesElsewhere(StorePlace(_place(settings)), folder) if settings.store else Releases(folder)


def _place(settings: Settings) -> str:
    return f"{settings.store}/{settings.channel}"


@cache
def _copied(place: str, kind: Kind, folder: Path) -> Copied:
    """One for all of a process: it knows what it saw and wrote."""
    return Copied(StorePlace(place), kind, folder)


@cache
def _sent(place: str) -> Sent:
    return Sent(StorePlace(place), "inbox")
