"""Repeatable random numbers, each addressed by name.

Every number of the sample is drawn under its own key (seed, variable, area, year, ...), so that a
file added later does not move the numbers of the others, and the order of writing does not matter.
Only additions, multiplications and square roots are used on the way: all of these are exact to the
last bit on every platform, so that the sample has the same bytes everywhere.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_STEPS = 1 << 32


@dataclass(frozen=True)
class Draws:
    """A source of numbers that depend on the seed and the key alone."""

    seed: int

    def uniform(self, *key: object) -> float:
        """A number in [0, 1) for this key."""
        text = "|".join([str(self.seed), *(str(part) for part in key)])
        return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=4).digest(), "big") / _STEPS

    def between(self, low: float, high: float, *key: object) -> float:
        """A number in [low, high) for this key."""
        return low + (high - low) * self.uniform(*key)

    def wobble(self, *key: object) -> float:
        """A bell-shaped number in (-1, 1) with mean 0 for this key."""
        return sum(self.uniform(turn, *key) for turn in range(3)) * 2 / 3 - 1

    def chance(self, probability: float, *key: object) -> bool:
        """True with the given probability."""
        return self.uniform("chance", *key) < probability
