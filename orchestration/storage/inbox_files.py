"""The inbox of a home on a store: objects that a person sent, below `<home>/<channel>/inbox/`.

Nothing is written there and nothing taken away. An inbox on this machine is a folder (`ingest/inbox.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import Settings
from orchestration.storage import home


@dataclass(frozen=True)
class Sent:
    """A file in the inbox of a store."""

    where: str
    version: str
    fetch: Callable[[Path], None]
    """Copies it to a path of this machine."""


def look(settings: Settings) -> None:
    """See what others sent."""
    if settings.store:
        home.sent(settings).look()


def lying(settings: Settings) -> tuple[str, list[str]]:
    """Where the inbox of the store is, and the names of all files there, as of the last look."""
    if not settings.store:
        return "", []
    files = home.sent(settings)
    return files.where(), files.names()


def sent(settings: Settings, name: str) -> Sent | None:
    """A file by name, as of the last look, or None; of a home that is a folder, always None."""
    if not settings.store:
        return None
    files = home.sent(settings)
    version = files.version(name)
    if version is None:
        return None
    return Sent(files.where(name), version, lambda path: files.fetch(name, path))
