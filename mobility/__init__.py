"""Releases in Python: open one, ask it, compare.

    import mobility

    with mobility.open() as release:                       # the current national release
        release.values("share_employed").df()              # a variable, everywhere
        release.change("40143", "share_employed", 2018, 2023)
        release.gap("4075000", "share_employed", "Black, Non-Hispanic", "White, Non-Hispanic")
        release.rank_among("40143", "share_employed", release.peers("40143", "size"))

The comparisons are the macros of the released database (`change`, `gap`, `rank_among`, `peers`): what SQL
says, Python says. Each row names the standard error, whether the difference is beyond chance, whether the
years may be compared, and what was assumed.
"""

from __future__ import annotations

from mobility.release import PEERS, Release, open

__all__ = ["PEERS", "Release", "open"]
