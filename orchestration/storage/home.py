"""Which files a channel has, and where: the only module that says so.

raw/          contents exactly as received, and their receipts        raw_store.py
lake/         Parquet, each with its receipt                          lake_files.py
candidates/   what waits for the gate
releases/     what was published
"""

from __future__ import annotations

from typing import Literal

from orchestration.base.settings import Settings
from orchestration.storage.files import Files

Kind = Literal["raw", "lake", "candidates", "releases"]


def files(settings: Settings, kind: Kind) -> Files:
    """The files of one kind of the channel."""
    return Files(settings.channel_dir / kind)
