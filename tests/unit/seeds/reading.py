"""The seeds as lists of rows, and the shipped result files that they speak of."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from orchestration.base.settings import SEEDS_DIR, SHIPPED_MIRROR

KNOWLEDGE = (
    "communities",
    "comparability_breaks",
    "deviations",
    "dimensions",
    "framework",
    "method_decisions",
    "metric_methods",
    "missing_reasons",
    "pillars",
    "predictors",
    "quality_labels",
    "variable_renames",
    "variables",
)


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(text: str) -> list[str]:
    """The parts of a semicolon list; none for a blank one."""
    return text.split(";") if text else []


def result_file(published_file: str) -> Iterator[dict[str, str]]:
    """The rows of one of Urban's result files, `NA` as blank."""
    repo_path = {row["published_file"]: row["repo_path"] for row in seed("published_files")}[published_file]
    return _rows(SHIPPED_MIRROR / "urban_published_2025" / "2025" / f"{repo_path}.gz")


def earlier_file(name: str) -> Iterator[dict[str, str]]:
    """The same of an earlier version of a result file."""
    (row,) = (row for row in seed("earlier_files") if row["earlier_file"] == name)
    return _rows(SHIPPED_MIRROR / "urban_published_earlier" / row["dated"] / f"{row['repo_path']}.gz")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            yield {column: "" if value == "NA" else value for column, value in row.items()}
