"""What a release holds, as the texts that describe it need it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.base.settings import Settings
from orchestration.release.describe import Dictionary
from orchestration.release.diff import Diff
from orchestration.release.released_tables import ReleasedTable

_TITLES = {
    "national": "Upward Mobility Metrics of US counties and cities",
    "sample": "Upward Mobility Metrics of an invented state (sample, not real data)",
}


@dataclass(frozen=True)
class Contents:
    """What the documents of a release speak of."""

    settings: Settings
    version: str
    tables: list[ReleasedTable]
    entries: dict[str, dict[str, Any]]
    dictionary: Dictionary
    inputs: list[dict[str, Any]]
    previous: dict[str, Any] | None
    diff: Diff | None = None
    has_site: bool = False

    @property
    def channel(self) -> str:
        """The channel, which every page names."""
        return self.settings.channel

    @property
    def title(self) -> str:
        """The title of the release."""
        return _TITLES[self.channel]
