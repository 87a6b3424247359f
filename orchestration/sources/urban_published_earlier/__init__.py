"""Urban Institute: earlier versions of result files whose final version of 2025 is not at hand.

Which files these are, what each stands for and what proves it stands in seed `earlier_files`; which columns
hold which variable, in seed `published_file_columns`. Each is one version of one file and is named by its
content: another content is another version, and refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from orchestration.base.seeds import read, split
from orchestration.sources.model import Code, NotAtHand, Parsed, RowBounds, Source, SourceFile, Table
from orchestration.sources.reading import by_layout, layout
from orchestration.sources.urban_published_2025 import URBAN_REPOSITORY, URBAN_TERMS

NAME = "urban_published_earlier"


def parse(file: SourceFile, path: Path) -> Iterator[Parsed]:
    """One plain CSV, one table."""
    (name,) = file.tables
    yield name, None, by_layout.read(file, path, layout.of_record(file, SOURCE.table(name)))


def _labels(row: dict[str, str]) -> tuple[str, ...]:
    labels = {
        label["subgroup"]
        for label in read("metric_subgroups")
        if label["metric"] == row["metric"] and label["subgroup_type"] in split(row["subgroup_types"])
    }
    return tuple(sorted(labels))


def _table(row: dict[str, str]) -> Table:
    measures: dict[str, str] = {}
    flags: dict[str, tuple[str, ...]] = {}
    for column in read("published_file_columns"):
        if column["published_file"] != row["earlier_file"]:
            continue
        numbers = (column["value_column"], column["lower_column"], column["upper_column"])
        measures |= {name: "DOUBLE" for name in numbers if name}
        measures[column["quality_column"]] = "SMALLINT"
        flags[column["quality_column"]] = ("1", "2", "3")
    return Table(
        name=row["earlier_file"],
        description=f"{row['repo_path']} as of {row['dated']}",
        columns={
            "year": "INTEGER",
            "state": "VARCHAR",
            "county": "VARCHAR",
            "subgroup_type": "VARCHAR",
            "subgroup": "VARCHAR",
        }
        | measures,
        key=("year", "state", "county", "subgroup_type", "subgroup"),
        rows={row["dated"]: RowBounds(least=int(row["rows"]), most=int(row["rows"]))},
        codes={"state": Code(length=2, holds_state=True), "county": Code(length=3)},
        vocabularies={
            "subgroup_type": ("all", *split(row["subgroup_types"])),
            "subgroup": _labels(row),
        }
        | flags,
    )


def _file(row: dict[str, str]) -> SourceFile:
    # Of some versions the commit is not known; the files of the round of 2024 still stand in the repository.
    commit = row["git_commit"] or ("HEAD" if row["dated"] == "2024" else "")
    at = commit and f"{URBAN_REPOSITORY}/raw/{commit}/{row['repo_path']}"
    return SourceFile(
        name=row["earlier_file"],
        vintage=row["dated"],
        official_name=row["repo_path"],
        tables=(row["earlier_file"],),
        channel="national",
        url=at or None,
        mirror_paths=(row["mirror_path"],),
        sha256=row["sha256"],
    )


def _source() -> Source:
    rows = read("earlier_files")
    return Source(
        name=NAME,
        agency="Urban Institute",
        title="Upward Mobility Framework: earlier versions of metric files",
        description=(
            "Result files of 2024 and early 2025 that stand for files of the 2025 release not at hand."
        ),
        landing_page=URBAN_REPOSITORY,
        terms=URBAN_TERMS,
        citation=("Urban Institute, mobility-from-poverty, public repository, versions of the dates named."),
        access="download",
        tables=tuple(_table(row) for row in rows),
        files=tuple(_file(row) for row in rows),
        complete="As one version of one file; it is released only where the file of 2025 is not at hand.",
        not_at_hand=(
            NotAtHand(
                name="incomes by race",
                reason="the version at hand (2024-02-01) is an older run without bounds, whose place sister"
                " agrees with the release of 2025 in 92 % of the cells only: it does not stand for it",
            ),
        ),
        parse=parse,
    )


SOURCE = _source()
