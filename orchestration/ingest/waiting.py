"""Files that a run would find without the network, taken in or not: in the inbox or in a mirror folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orchestration.base.settings import SHIPPED_MIRROR, Settings
from orchestration.ingest import inbox, mirror
from orchestration.ingest.mirror_list import LIST_NAME
from orchestration.sources.model import Source, SourceFile


def folders(settings: Settings) -> list[Path]:
    """Mirror folders that are there now; nothing is written for a look."""
    found = [folder for given in settings.mirrors for folder in mirror.with_list(Path(given))]
    own = SHIPPED_MIRROR if settings.channel == "national" else settings.channel_dir / "mirror"
    return [*found, own] if (own / LIST_NAME).exists() else found


def place(settings: Settings, source: Source, file: SourceFile, mirrors: Iterable[Path]) -> str | None:
    """Where a file waits, in words; None if it is nowhere."""
    brought = inbox.find(settings, source, file)
    if brought is not None:
        return f"in the inbox, {brought}"
    copy = mirror.find(source, file, mirrors)
    if copy is None:
        return None
    return "in the shipped mirror" if copy.folder == SHIPPED_MIRROR else f"in the mirror {copy.folder}"
