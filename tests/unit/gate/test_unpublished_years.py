"""What the gate expects of a series of a year that Urban has not published."""

from __future__ import annotations

import pytest

from expectations.rules.publication import Publication, Series, _has_interval
from orchestration.base.seeds import read


def series(variable: str, subgroup_type: str = "all", published_file: str = "") -> dict[str, str]:
    return {
        "variable": variable,
        "geography_type": "county",
        "subgroup_type": subgroup_type,
        "published_file": published_file,
    }


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("share_employed", True),
        ("share_debt_coll", False),  # had bounds in 2018 only
        ("share_affordable_30_ami", False),
    ],
)
def test_bounds_are_expected_as_in_the_newest_published_year(variable: str, expected: bool) -> None:
    assert _has_interval(series(variable)) is expected


def test_a_published_year_has_bounds_as_its_file_has() -> None:
    files = {row["published_file"] for row in read("series") if row["variable"] == "share_debt_coll"}
    assert {_has_interval(series("share_debt_coll", published_file=file)) for file in files} == {True, False}


def test_a_table_has_the_years_that_urban_published_or_that_a_series_is_available_in() -> None:
    def one(year: int, *, available: bool, is_published: bool) -> Series:
        return Series(f"s{year}", "v", "m", year, available, has_interval=False, is_published=is_published)

    table = Publication(
        number=11,
        table="county",
        geography_type="county",
        subgroup_type="all",
        published_subgroup_type="all",
        columns=(),
        labels=(),
        series=(
            one(2022, available=False, is_published=True),
            one(2023, available=True, is_published=True),
            one(2024, available=True, is_published=False),
            one(2025, available=False, is_published=False),
        ),
        tables=None,  # type: ignore[arg-type]  # not looked at
    )
    assert table.years == (2022, 2023, 2024)
