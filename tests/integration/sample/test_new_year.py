"""The recipe "add a year" of CONTRIBUTING, step by step, for a survey that has come out once more."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.dagster.steps import newest_candidate
from orchestration.explain.cell import explain
from tests.integration.sample.conftest import run_command
from tests.support.sample import link_lake

NEW_ROWS = {
    # The frame of the year, and which lists of PUMAs and places it uses.
    "dbt_project/seeds/geography_vintages.csv": (
        "2024,2022,2022,2020,2020,2020,2023,Census population estimates of vintage 2024\n"
    ),
    # The microdata file of the year with its dollar factors.
    "orchestration/sources/census_acs_pums/vintages.csv": "2024-1yr,,1015000,1000000\n",
    # What is to be released of it; Urban has not published the year.
    "dbt_project/seeds/series.csv": (
        "county.share_employed.all.2024.acs1,share_employed,county,all,2024,acs1,11,,employment\n"
        "place.share_employed.all.2024.acs1,share_employed,place,all,2024,acs1,61,,employment\n"
        "county.share_debt_coll.all.2024,share_debt_coll,county,all,2024,,11,,debt_in_collections\n"
        "county.share_employed.gender.2024.acs5,share_employed,county,gender,2024,acs5,16,,employment\n"
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project, one year on."""
    copy = tmp_path_factory.mktemp("next_year") / "project"
    without = shutil.ignore_patterns("target", "__pycache__")
    for folder in ("orchestration", "dbt_project", "expectations"):
        shutil.copytree(PROJECT_ROOT / folder, copy / folder, ignore=without)
    for name in ("mirror", "pyproject.toml", "requirements.lock", "DATA_TERMS.md", "LICENSE"):
        (copy / name).symlink_to(PROJECT_ROOT / name)
    for name, rows in NEW_ROWS.items():
        with (copy / name).open("a", encoding="utf-8", newline="\n") as file:
            file.write(rows)
    return copy


@pytest.fixture(scope="module")
def candidate(project: Path, sample_home: Path) -> Path:
    """Made in a home that has the raw files and the lake of the years before, as that of whoever adds one."""
    home = project.parent / "home"
    link_lake(sample_home, home)
    done = run_command("run", "--sample", "--no-publish", "--home", str(home), project=project)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return newest_candidate(Settings(home=home, channel="sample"))


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_new_year_is_computed_for_the_whole_frame(candidate: Path) -> None:
    assert rows(
        candidate,
        """
        select geography_type, origin, count(*), count(*) = count(value) + count(missing_reason),
            count(value) > 0, count(value) = count(upper), min(value) > 0.5, max(value) < 0.95
        from metric_values where year = 2024 group by all order by all
        """,
    ) == [
        ("county", "computed", 12, True, True, True, True, True),
        ("place", "computed", 4, True, True, True, True, True),
    ]


def test_it_stands_in_the_wide_tables_beside_the_years_before(candidate: Path) -> None:
    for table, areas in (("county", 12), ("place", 4)):
        (found,) = rows(
            candidate,
            f"""
            select count(*), count(share_employed), count(share_employed_lb), count(pctl_income_50)
            from {table} where year = 2024
            """,
        )
        assert found[0] == areas and found[1] == found[2] > 0 and found[3] == 0


def test_a_series_without_any_source_says_so_and_has_no_cells(candidate: Path) -> None:
    assert rows(
        candidate,
        "select status, status_reason from series where series_id = 'county.share_debt_coll.all.2024'",
    ) == [
        (
            "unavailable",
            "Urban never published it, and no number of it could be computed",
        )
    ]


def test_nothing_is_said_of_what_urban_never_published(candidate: Path) -> None:
    for table in ("comparison_with_published", "published_values"):
        assert rows(candidate, f"select count(*) from {table} where year = 2024") == [(0,)]
    told = explain(candidate, "99001", "share_employed", 2024)
    assert told.published is None and told.cell["value"] is not None
    assert {item["official_name"] for item in told.sources} == {"csv_pss.zip"}
    assert {item["vintage"] for item in told.sources} == {"2024-1yr"}


def test_tables_without_a_series_of_the_year_have_no_rows_of_it(candidate: Path) -> None:
    assert rows(candidate, "select count(*) from county_gender where year = 2024") == [(0,)]


def test_no_number_of_the_years_before_has_changed(candidate: Path, sample_release: Path) -> None:
    sql = "select * from metric_values where year < 2024 order by all"
    before = rows(sample_release, sql)
    assert len(before) > 19_000 and rows(candidate, sql) == before
