"""Writes `columns.csv` from the published files themselves.

    python -m orchestration.maintain.declare_published_columns [mirror folder]

Run it when `dbt_project/seeds/published_files.csv` gets a row, then read the difference: it is the
declaration against which every later file is checked. Files that are not at hand take the columns
of the sister file for the other geography, or those of the overall file plus the subgroup columns.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.base.files import replacing
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.ingest.mirror import find, unpack
from orchestration.sources.model import SourceFile
from orchestration.sources.reading.text import csv_rows, read_text

HEADER = [
    "published_file",
    "column",
    "type",
    "code_length",
    "padded",
    "is_key",
    "may_be_empty",
    "labels",
    "least_rows",
    "most_rows",
]
_CODES = {"state": 2, "county": 3, "place": 5, "place_fips": 5, "state_place": 7}
_KEYS = ("year", "state", "county", "place", "place_fips", "subgroup_type", "subgroup")
_TEXTS = ("county_name", "city", "subgroup_type", "subgroup")
_SISTERS = {
    "employment_county_race_ethnicity": "employment_place_race_ethnicity",
    "home_value_ratio_county_age": "home_value_ratio_place_age",
    "housing_county_tenure": "housing_place_tenure",
    "hs_completion_county_race_ethnicity": "hs_completion_place_race_ethnicity",
    "income_county_race_ethnicity": "income_place_race_ethnicity",
    "learning_rate_county_subgroups": "learning_rate_place_subgroups",
    "living_wage_county_industry": "living_wage_county_all",
    "low_birth_weight_county_subgroups": "low_birth_weight_county_all",
    "preschool_county_race_ethnicity": "preschool_place_race_ethnicity",
}
_COUNTIES_A_YEAR, _LABELS_AT_MOST = 3144, 16


def column_type(column: str) -> str:
    """The type of a column, by its name: published files follow one convention."""
    if column == "year":
        return "INTEGER"
    if column.endswith("_quality"):
        return "SMALLINT"
    if (
        column in _CODES
        or column in _TEXTS
        or (column.startswith("ratio_") and column.endswith("_households"))
    ):
        return "VARCHAR"
    return "DOUBLE"


def declare_file(name: str, text: str) -> list[dict[str, str]]:
    """The rows that declare one published file."""
    header, *rows = csv_rows(text)
    spread = max(1, len(rows) // 20)
    return [
        _declare(name, column, values)
        | {"least_rows": str(len(rows) - spread), "most_rows": str(len(rows) + spread)}
        for column, values in zip(header, zip(*rows, strict=True), strict=True)
    ]


def _declare(name: str, column: str, values: Sequence[str]) -> dict[str, str]:
    given = [value for value in values if value not in ("", "NA")]
    length = _CODES.get(column)
    labels: list[str] = []
    if column in ("subgroup", "subgroup_type"):
        labels = sorted(set(given))
    elif column.endswith("_quality"):
        labels = ["1", "2", "3"]
    return {
        "published_file": name,
        "column": column,
        "type": column_type(column),
        "code_length": str(length or ""),
        "padded": "" if length is None else str(all(len(value) == length for value in given)).lower(),
        "is_key": str(column in _KEYS).lower(),
        "may_be_empty": str(len(given) < len(values)).lower(),
        "labels": "|".join(labels),
    }


def declare_like_sister(name: str, sister: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows that declare a county file that is not at hand."""
    rows = [dict(row, published_file=name) for row in sister]
    for row in rows:
        if row["column"] == "place":
            row |= {"column": "county", "code_length": "3"}
        row |= {"least_rows": "1", "most_rows": str(_COUNTIES_A_YEAR * 10 * _LABELS_AT_MOST)}
    if "subgroup" not in {row["column"] for row in rows}:
        place = next(i for i, row in enumerate(rows) if row["column"] == "county") + 1
        added = ("subgroup_type", "subgroup")
        rows[place:place] = [
            _declare(name, column, []) | {k: rows[0][k] for k in HEADER[-2:]} for column in added
        ]
    return rows


def declarations(mirror: Path, scratch: Path) -> Iterator[dict[str, str]]:
    """All rows of the CSV, in the seed's order."""
    from orchestration.sources import urban_published_2025 as published

    at_hand: dict[str, list[dict[str, str]]] = {}
    files = published.published_files()
    for row in files:
        file = SourceFile(
            name=row["published_file"],
            vintage=published.VINTAGE,
            official_name=row["repo_path"],
            tables=(row["published_file"],),
            mirror_paths=(row["repo_path"], f"{published.NAME}/{published.VINTAGE}/{row['repo_path']}"),
        )
        if row["at_hand"] == "true":
            copy = find(published.SOURCE, file, [mirror])
            if copy is None:
                raise SystemExit(f"{mirror} does not list {row['repo_path']}")
            unpack(copy, file, scratch)
            at_hand[file.name] = declare_file(file.name, read_text(file, scratch))
    for row in files:
        name = row["published_file"]
        yield from at_hand.get(name) or declare_like_sister(name, at_hand[_SISTERS[name]])


def write(mirror: Path, target: Path) -> None:
    """Write the CSV."""
    with replacing(target) as temporary:
        rows = list(declarations(mirror, temporary))
        with temporary.open("w", encoding="utf-8", newline="") as handle:
            out = csv.DictWriter(handle, HEADER, lineterminator="\n")
            out.writeheader()
            out.writerows(rows)


if __name__ == "__main__":
    from orchestration.sources.urban_published_2025 import COLUMNS_FILE

    write(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED_MIRROR, COLUMNS_FILE)
