"""The one rule that keeps the invented state and the real ones apart.

The sample's state has the FIPS code 99, which no real state has. Its mirror folder carries a file
`SAMPLE`. Whatever enters a channel passes one of the two functions below, by whichever way it came:
mirror, inbox, network, or a file laid into the lake by hand.
"""

from __future__ import annotations

from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Channel
from orchestration.base.states import SAMPLE_STATE

SAMPLE_MARK = "SAMPLE"


def is_sample_mirror(folder: Path) -> bool:
    """Whether a mirror folder holds the invented state."""
    return (folder / SAMPLE_MARK).exists()


def refuse_foreign_mirror(channel: Channel, folder: Path) -> None:
    """Stop if a mirror folder belongs to the other channel."""
    if is_sample_mirror(folder) == (channel == "sample"):
        return
    other = "sample" if channel == "national" else "national"
    raise MobilityError(
        f"A mirror of the {other} channel was given to the {channel} channel.",
        where=str(folder),
        expected=f"a folder {'with' if channel == 'sample' else 'without'} the file {SAMPLE_MARK}",
        found=f"a folder {'without' if channel == 'sample' else 'with'} it",
        remedy="run the sample with --sample and its own folder, the national data without",
    )


def foreign_states(channel: Channel) -> str:
    """SQL comparison that is true for a two-digit state code which must not be in this channel."""
    return f"= '{SAMPLE_STATE}'" if channel == "national" else f"<> '{SAMPLE_STATE}'"


def foreign_states_text(channel: Channel) -> str:
    """The same rule in words."""
    if channel == "national":
        return f"no row of the invented state {SAMPLE_STATE}"
    return f"only rows of the invented state {SAMPLE_STATE}"
