"""Possible and plausible ranges, from seeds `variables` and `value_ranges`.

`variables` says what is possible (`valid_min`, `valid_max`), for a value and for its bounds. A row of
`value_ranges` of severity `error` replaces that for one measure or publication; rows of severity
`warning` say what is plausible.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from orchestration.base.seeds import read

_GREATEST = "1.7976931348623157e308"  # the greatest finite number


@dataclass(frozen=True)
class Range:
    """A closed range; an end that is None is open."""

    low: str | None
    high: str | None

    def holds(self, value: str) -> str:
        """SQL that is true where the value lies within; a NaN or infinite value never does.

        One comparison of numbers, not one for each end and one for what is no number: it is asked of
        millions of cells. DuckDB puts NaN above every number.
        """
        low = f"-{_GREATEST}" if self.low is None else self.low
        high = _GREATEST if self.high is None else self.high
        return f"{value}::double between {low} and {high}"


def ranges_of(
    variable: str, measure: str, publication: int, severity: Literal["error", "warning"]
) -> list[Range]:
    """The ranges of a measure in a publication: one of possible values, any number of plausible ones."""
    listed = [
        row
        for row in _listed()
        if row["variable"] == variable
        and row["measure"] == measure
        and row["severity"] == severity
        and row["publication"] in ("", str(publication))
    ]
    if severity == "warning":
        return [_range(row["min"], row["max"]) for row in listed]
    own = [row for row in listed if row["publication"]] or listed
    if own:
        return [_range(row["min"], row["max"]) for row in own]
    return [_possible()[variable]]


def _range(low: str, high: str) -> Range:
    return Range(low or None, high or None)


@cache
def _listed() -> tuple[dict[str, str], ...]:
    return read("value_ranges")


@cache
def _possible() -> dict[str, Range]:
    return {row["variable"]: _range(row["valid_min"], row["valid_max"]) for row in read("variables")}
