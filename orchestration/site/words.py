"""Numbers and codes as readers want them: units with the number, flags and kinds as words."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FLAGS = {1: "Strong", 2: "Marginal", 3: "Weak"}
KINDS = {"county": "Counties", "place": "Cities"}
ONE = {"county": "County", "place": "City"}
DIRECTIONS = {"higher_better": "higher is better", "lower_better": "lower is better"}
ORIGINS = {
    "computed": "computed from the agencies' files",
    "published_2025": "as published in 2025, where no deviation says otherwise",
    "published_earlier": "as published before 2025: the file of 2025 is not at hand",
}
DEVIATIONS = {
    "corrected": "corrected in this release",
    "computed_differs": "corrected where we compute",
    "released_as_published": "released as published, and marked",
    "layout": "layout of the published tables",
}
DECISIONS = {
    "kept": "the published method is ours",
    "documented": "said where users read it",
    "corrected_when_computed": "corrected where we compute",
    "not_applicable": "does not concern this build",
}
GROUPS = {
    "race-ethnicity": "race and ethnicity",
    "race-share": "racial make-up of the neighborhood",
    "mothers-education": "mother's education",
    "all": "everybody",
}


def number(value: float | None) -> str:
    """A number with as many digits as a reader can use."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def amount(value: float | None, unit: str) -> str:
    """A number with its unit where that is short: shares as percent, dollars with their sign."""
    if value is None:
        return ""
    if unit.startswith("share"):
        return f"{value * 100:.1f} %"
    if unit.startswith("US dollars"):
        return f"-${-value:,.0f}" if value < 0 else f"${value:,.0f}"
    return number(value)


def interval(lower: float | None, upper: float | None, unit: str) -> str:
    """Two bounds, the unit named once; empty where one of them is missing."""
    if lower is None or upper is None:
        return ""
    first = amount(lower, unit)
    return f"{first.removesuffix(' %')} to {amount(upper, unit)}"


def group(subgroup_type: str) -> str:
    """What a kind of subgroups divides by."""
    return GROUPS.get(subgroup_type, subgroup_type.replace("-", " "))


def spell(years: list[int]) -> str:
    """Years as a reader would say them: 2014 to 2016, 2018."""
    parts: list[list[int]] = []
    for year in sorted(set(years)):
        if parts and year == parts[-1][-1] + 1:
            parts[-1].append(year)
        else:
            parts.append([year])
    return ", ".join(str(part[0]) if len(part) == 1 else f"{part[0]} to {part[-1]}" for part in parts)


@cache
def short_labels() -> dict[str, str]:
    """Labels for narrow columns, by variable; a variable of another release has its whole label."""
    with Path(__file__).with_name("short_labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["variable"]: row["short_label"] for row in csv.DictReader(file)}
