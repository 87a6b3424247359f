"""Earlier versions of result files: what stands for the files of 2025 does so in every cell of both."""

from __future__ import annotations

import gzip
import hashlib

import duckdb
import pytest

from orchestration.base.seeds import read
from orchestration.base.settings import SHIPPED_MIRROR
from orchestration.sources import SOURCES

SOURCE = SOURCES["urban_published_earlier"]
ROWS = {row["earlier_file"]: row for row in read("earlier_files")}
COLUMNS = read("published_file_columns")
# The file of 2025 whose All rows must equal those of the version, the cells with a value that must be equal,
# and how far texts of fewer digits may differ.
PROOF = {
    "hs_completion_county_race_ethnicity_20250127": ("hs_completion_county_all", 6_921, 0.0),
    "preschool_county_race_ethnicity_20250123": ("preschool_county_all", 6_480, 0.0),
    "employment_county_race_ethnicity_20240313": ("employment_county_gender", 6_174, 2.3e-16),
    "housing_county_tenure_20241219": ("housing_county_all", 1_575, 0.0),
    "living_wage_county_industry_20250325": ("living_wage_county_all", 3_132, 0.0),
    "low_birth_weight_county_2018_round_2024": ("low_birth_weight_county_all", 3_142, 2e-8),
    "low_birth_weight_county_2020_round_2024": ("low_birth_weight_county_all", 3_143, 2e-8),
    "low_birth_weight_county_2022_round_2024": ("low_birth_weight_county_all", 3_135, 2e-8),
}
FLAGS_DIFFER = {"2018": 57, "2020": 58, "2022": 15}


def shipped(source: str, vintage: str, path: str) -> str:
    """The file as DuckDB reads it: all text."""
    file = SHIPPED_MIRROR / source / vintage / f"{path}.gz"
    assert file.exists()
    return f"read_csv('{file}', all_varchar = true, nullstr = ['', 'NA'])"


def columns_of(name: str, variable: str) -> list[str]:
    found = next(row for row in COLUMNS if row["published_file"] == name and row["variable"] == variable)
    names = [found[key] for key in ("value_column", "lower_column", "upper_column", "quality_column")]
    return [name for name in names if name]


def test_every_version_has_its_proof() -> None:
    assert set(PROOF) == set(ROWS) == {file.name for file in SOURCE.files}


@pytest.mark.parametrize("name", ROWS)
def test_content_is_the_version_that_is_named(name: str) -> None:
    row = ROWS[name]
    file = SHIPPED_MIRROR / SOURCE.name / row["dated"] / f"{row['repo_path']}.gz"
    content = gzip.decompress(file.read_bytes())
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
    assert blob.hexdigest() == row["git_blob"]


@pytest.mark.parametrize("name", ROWS)
def test_all_rows_equal_the_file_of_2025(name: str) -> None:
    row = ROWS[name]
    final, least, tolerance = PROOF[name]
    repo_path = next(one["repo_path"] for one in read("published_files") if one["published_file"] == final)
    earlier = shipped(SOURCE.name, row["dated"], row["repo_path"])
    today = shipped("urban_published_2025", "2025", repo_path)
    whole = "subgroup = 'All'" if final.endswith("gender") else "true"
    for variable in {one["variable"] for one in COLUMNS if one["published_file"] == name}:
        pairs = list(zip(columns_of(name, variable), columns_of(final, variable), strict=True))
        for ours, theirs in pairs:
            far = f"abs(old.{ours}::double - new.{theirs}::double) > {tolerance}"
            found = duckdb.execute(
                f"""
                with old as (from {earlier} where subgroup = 'All'),
                new as (from {today} where {whole})
                select count(old.{ours}), count(*) filter ({far}),
                    count(*) filter ((old.{ours} is null) <> (new.{theirs} is null))
                from old left join new using (year, state, county)"""
            ).fetchone()
            assert found is not None
            values, unequal, one_sided = found
            assert values >= least, (variable, ours)
            is_old_flag = row["metric"] == "low_birth_weight" and ours.endswith("quality")
            expected = FLAGS_DIFFER[name.split("_")[4]] if is_old_flag else 0
            assert unequal == expected, (variable, ours)
            assert one_sided == 0 or (is_old_flag and name.split("_")[4] != "2022"), (variable, ours)


def test_incomes_by_race_of_the_older_run_are_no_source() -> None:
    assert not any("income" in file.official_name for file in SOURCE.files)
