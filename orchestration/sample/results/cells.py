"""One number of a result file: for whom it is, and how groups add up to all.

`Cell` says for which area, year and group a number is wanted; `Estimate` is the number with its
interval and flag. Groups are invented around the value for all, so that the value for all is exactly
the mean of the groups weighted by their people.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path

from orchestration.sample.areas import RACES, Area
from orchestration.sample.crosswalks import published_quality
from orchestration.sample.world import World

Z = 1.959963985
LEAST_RECORDS = 30
"""Survey estimates on fewer (effective) records are blank."""
RECORDS_PER_PERSON = {"acs1": 0.008, "acs5": 0.04}


@dataclass(frozen=True)
class Estimate:
    """A value, its interval and its flag, as the metric's own program writes them."""

    value: float | int | str | None = None
    lower: float | int | None = None
    upper: float | int | None = None
    quality: int | None = None


BLANK = Estimate()


@dataclass(frozen=True)
class Cell:
    """What a result file asks for."""

    world: World
    area: Area
    year: int
    subgroup: str = "All"
    groups: tuple[str, ...] = ()
    """All labels of the group's kind in this file, without All."""
    sample: str = ""

    def uniform(self, *key: object) -> float:
        """A draw of this area that is the same for all groups and years."""
        return self.world.draws.uniform(self.area.key, *key)

    def wobble(self, *key: object) -> float:
        """A bell-shaped draw of this area and year that is the same for all groups."""
        return self.world.draws.wobble(self.area.key, self.year, self.sample, *key)

    @cached_property
    def weights(self) -> dict[str, float]:
        """Shares of the groups among the people of the area."""
        return {name: _weight(self.area, name) for name in self.groups}

    @property
    def weight(self) -> float:
        """Share of this group among all people of the area."""
        return 1.0 if self.subgroup == "All" else self.weights[self.subgroup]

    @property
    def people(self) -> float:
        """Residents of this group."""
        return self.area.population(self.year) * self.weight

    def records(self, universe: float) -> float:
        """Effective survey records of this group; `universe` is the share of people asked about."""
        return self.people * universe * RECORDS_PER_PERSON[self.sample or "acs1"]

    def of(self, subgroup: str) -> Cell:
        """The same cell for another group."""
        return replace(self, subgroup=subgroup)

    def shifted(self, value: float, scale: float) -> float:
        """The group's value, when `value` is that of all people."""
        if self.subgroup == "All":
            return value
        total = sum(self.weights.values()) or 1.0
        mean = sum(weight * advantage(name) for name, weight in self.weights.items()) / total
        return value + scale * (advantage(self.subgroup) - mean)

    @property
    def survey_quality(self) -> int:
        """Flag of survey estimates: how well PUMAs fit the area (with the published fault)."""
        return published_quality(self.world, self.area, self.year)


Maker = Callable[[Cell], dict[str, Estimate]]
"""Invents all variables of a metric for one cell."""


@lru_cache
def _groups() -> dict[str, dict[str, str]]:
    with (Path(__file__).parent / "groups.csv").open(encoding="utf-8", newline="") as rows:
        return {row["subgroup"]: row for row in csv.DictReader(rows)}


def advantage(subgroup: str) -> float:
    """Which groups fare better, in units that each metric scales."""
    return float(_groups()[subgroup]["advantage"])


def _weight(area: Area, subgroup: str) -> float:
    text = _groups()[subgroup]["weight"]
    if text:
        return float(text)
    shares = dict(zip(RACES, area.mix, strict=True))
    shares |= {"Black": shares["Black, Non-Hispanic"], "White": shares["White, Non-Hispanic"]}
    return shares[subgroup] if subgroup in shares else neighborhoods(area)[subgroup]


def neighborhoods(area: Area) -> dict[str, float]:
    """Shares of people by the racial make-up of their neighborhood."""
    of_color = max(0.0, min(1.0, 1.25 - 1.5 * area.mix[3]))
    white = max(0.0, min(1.0 - of_color, 1.4 * area.mix[3] - 0.35))
    return {
        "Neighborhoods of color": of_color,
        "White neighborhoods": white,
        "Mixed neighborhoods": max(0.0, 1.0 - of_color - white),
    }


def share(value: float, records: float, quality: int | None) -> Estimate:
    """A share with the interval of its records, cut at 0 and 1; blank if there are too few."""
    if records < LEAST_RECORDS:
        return BLANK
    half = Z * 1.2 * math.sqrt(value * (1 - value) / records)
    return Estimate(value, max(0.0, value - half), min(1.0, value + half), quality)


def by_size(records: float, strong: float, marginal: float) -> int:
    """A flag by size: 1 from `strong` records on, 2 from `marginal` on, 3 below."""
    return 1 if records >= strong else 2 if records >= marginal else 3
