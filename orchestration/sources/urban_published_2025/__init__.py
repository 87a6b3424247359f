"""Urban Institute: the metric files that the published database of 2025 was assembled from.

Which files these are stands in `dbt_project/seeds/published_files.csv`; which columns and labels
each has, in `columns.csv` beside this module (written by
`python -m orchestration.maintain.declare_published_columns`). One table a file, as delivered: some
files have codes without leading zeros, labels of several schemes, counts and shares side by side.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from orchestration.base import seeds
from orchestration.sources.model import Code, NotAtHand, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading import by_layout, layout

NAME = "urban_published_2025"
VINTAGE = "2025"
COLUMNS_FILE = Path(__file__).with_name("columns.csv")
LABEL_SEPARATOR = "|"
URBAN_REPOSITORY = "https://github.com/UI-Research/mobility-from-poverty"
URBAN_TERMS = (
    "Published by the Urban Institute for public use; attribution required. The licence text of the data "
    "catalog's page was not read: check it before redistributing the files themselves."
)


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    (name,) = file.tables
    yield name, None, by_layout.read(file, path, layout.of_record(file, SOURCE.table(name)))


def published_files() -> list[dict[str, str]]:
    """The rows of the seed that lists the published files."""
    return list(seeds.read("published_files"))


def _declared_columns() -> dict[str, list[dict[str, str]]]:
    columns: dict[str, list[dict[str, str]]] = defaultdict(list)
    with COLUMNS_FILE.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            columns[row["published_file"]].append(row)
    return columns


def _table(name: str, rows: list[dict[str, str]]) -> Table:
    lengths = {row["column"]: row for row in rows if row["code_length"]}
    key = [row for row in rows if row["is_key"] == "true"]
    return Table(
        name=name,
        columns={row["column"]: row["type"] for row in rows},
        key=tuple(row["column"] for row in key),
        key_may_be_empty=tuple(row["column"] for row in key if row["may_be_empty"] == "true"),
        required=tuple(
            row["column"] for row in rows if row["may_be_empty"] == "false" and row["code_length"]
        ),
        rows={VINTAGE: RowBounds(least=int(rows[0]["least_rows"]), most=int(rows[0]["most_rows"]))},
        codes={
            column: Code(
                length=int(row["code_length"]),
                padded=row["padded"] == "true",
                holds_state=column in ("state", "state_place"),
            )
            for column, row in lengths.items()
        },
        vocabularies={
            row["column"]: tuple(row["labels"].split(LABEL_SEPARATOR)) for row in rows if row["labels"]
        },
    )


def _file(row: dict[str, str]) -> SourceFile:
    return SourceFile(
        name=row["published_file"],
        vintage=VINTAGE,
        official_name=row["repo_path"],
        tables=(row["published_file"],),
        url=f"{URBAN_REPOSITORY}/raw/HEAD/{row['repo_path']}",
        mirror_paths=(row["repo_path"],),
        required=row["at_hand"] == "true",
    )


def _source() -> Source:
    columns = _declared_columns()
    # A row of the seed that has no columns yet is left out, so that the command that declares them can run.
    files = [row for row in published_files() if row["published_file"] in columns]
    return Source(
        name=NAME,
        agency="Urban Institute",
        title="Upward Mobility Framework: metric files of the 2025 release",
        description=(
            "The result files of each metric, which Urban's assembly joins to the tables 11-20 and 61-68."
        ),
        landing_page="https://datacatalog.urban.org/dataset/boosting-upward-mobility-metrics-inform-local-action",
        terms=URBAN_TERMS,
        citation=(
            "Urban Institute, Boosting Upward Mobility: Metrics to Inform Local Action, "
            "Mobility Metrics dataset, version 2025, Urban Institute Data Catalog."
        ),
        access="download",
        tables=tuple(_table(row["published_file"], columns[row["published_file"]]) for row in files),
        files=tuple(_file(row) for row in files),
        complete="A published series is complete when its result file is at hand, as Urban delivered it.",
        not_at_hand=tuple(
            NotAtHand(
                name=row["published_file"],
                reason=f"{row['repo_path']} is larger than the copy of the repository that we have keeps",
            )
            for row in files
            if row["at_hand"] != "true"
        ),
        parse=parse,
    )


SOURCE = _source()
