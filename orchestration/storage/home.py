"""Which files a channel has, and where: the only module that says so.

raw/          contents exactly as received, and their receipts        raw_store.py
lake/         Parquet, each with its receipt                          lake_files.py
candidates/   what waits for the gate; folders of this machine
releases/     what was published                                      releases.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from orchestration.base.settings import Settings
from orchestration.storage.files import Files
from orchestration.storage.releases import Releases

Kind = Literal["raw", "lake"]


def files(settings: Settings, kind: Kind) -> Files:
    """The raw store or the lake of the channel."""
    return Files(settings.channel_dir / kind)


def candidates(settings: Settings) -> Path:
    """The folder in which candidates are built and judged."""
    return settings.candidates_dir


def releases(settings: Settings) -> Releases:
    """The published releases of the channel."""
    return Releases(settings.releases_dir)
