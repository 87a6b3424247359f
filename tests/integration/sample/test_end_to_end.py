"""The invented state from the agencies' files to a published release, by the command alone."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, SEEDS_DIR, Settings
from orchestration.sample import SEED
from orchestration.sample.values import oi_social_capital as atlas
from orchestration.sample.world import build_world
from tests.integration.sample.conftest import SampleRun, run_command
from tests.support.national_remains import bytes_below

pytestmark = pytest.mark.xdist_group("sample_run")


def seed(name):
    with (SEEDS_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PUBLICATIONS = seed("publication_list")
EVERY_PUBLICATION = pytest.mark.parametrize("publication", PUBLICATIONS, ids=lambda row: row["table_name"])
LONG_TABLES = ("metric_values", "published_values", "computed_values", "comparison_with_published")


def years_of(publication):
    return sorted(
        {int(row["year"]) for row in seed("series") if row["publication"] == publication["publication"]}
    )


# --- the release ---------------------------------------------------------------------------------------


def test_the_command_says_what_it_made(sample_run):
    assert sample_run.release.name in sample_run.output
    assert "channel sample" in sample_run.output
    assert "18 publications" in sample_run.output


def test_the_release_verifies(sample_run):
    done = run_command("release", "verify", "--sample", "--home", str(sample_run.settings.home))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_release_says_that_it_is_a_sample(sample_run):
    assert sample_run.manifest["channel"] == "sample"
    for name in ("README.md", "CITATION.cff", "CHANGES.md", "gate/report.md", "gate/report.html"):
        text = (sample_run.release / name).read_text(encoding="utf-8").lower()
        assert "sample" in text or "invented" in text, name


def test_every_table_of_the_release_says_that_it_is_a_sample(sample_run):
    comments = sample_run.query("select table_name, comment from duckdb_tables() where schema_name = 'main'")
    silent = [name for name, comment in comments if "sample" not in (comment or "").lower()]
    assert len(comments) > 20 and not silent


def test_the_gate_passed_with_no_finding(sample_run):
    verdict = json.loads((sample_run.release / "gate" / "verdict.json").read_text(encoding="utf-8"))
    assert verdict["outcome"] == "passed" and verdict["channel"] == "sample"
    outcomes = {one["outcome"] for table in verdict["tables"] for one in table["expectations"]}
    assert outcomes == {"passed"}


@EVERY_PUBLICATION
def test_publication_is_available(sample_run, publication):
    assert sample_run.manifest["tables"][publication["table_name"]]["status"] == "available"


@EVERY_PUBLICATION
def test_publication_has_every_label_of_every_area_of_every_year(sample_run, publication):
    labels = [row for row in seed("subgroups") if row["subgroup_type"] == publication["subgroup_type"]]
    found = dict(sample_run.query(f"select year, count(*) from {publication['table_name']} group by year"))
    areas = {year: 12 if publication["geography_type"] == "county" else 3 + (year >= 2018) for year in found}
    assert sorted(found) == years_of(publication)
    assert found == {year: areas[year] * len(labels) for year in found}


@EVERY_PUBLICATION
def test_publication_has_its_columns_and_only_the_invented_state(sample_run, publication):
    path = sample_run.release / "csv" / f"{publication['stem']}.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    wanted = [
        row["column_name"]
        for row in seed("publication_columns")
        if row["publication"] == publication["publication"]
    ]
    assert list(rows[0]) == wanted
    assert {(row["state"], row["state_name"]) for row in rows} == {("99", "Sample State")}


@EVERY_PUBLICATION
def test_publication_has_a_value_in_every_column(sample_run, publication):
    name = publication["table_name"]
    columns = [row[0] for row in sample_run.query(f"select column_name from (describe {name})")]
    counts = sample_run.query(f"select {', '.join(f'count({column})' for column in columns)} from {name}")[0]
    assert [column for column, count in zip(columns, counts, strict=True) if count == 0] == []


@pytest.mark.parametrize("table", LONG_TABLES)
def test_long_tables_hold_only_the_invented_state(sample_run, table):
    assert sample_run.query(f"select distinct substr(geoid, 1, 2) from {table}") == [("99",)]


# --- the numbers ---------------------------------------------------------------------------------------


def test_every_series_is_available(sample_run):
    """Which of them are computed: `test_series_computed`."""
    assert sample_run.query("select count(*) from series where status <> 'available'") == [(0,)]


def test_computed_cells_agree_with_published_ones_or_are_claimed(sample_run):
    rows = sample_run.query(
        # Published survey cells are invented apart from the records: see test_survey_cells.
        "select agrees, deviation_ids, count(*) from comparison_with_published where sample = '' group by all"
    )
    agreeing = sum(count for agrees, _, count in rows if agrees)
    assert agreeing > 200
    assert {ids for agrees, ids, _ in rows if not agrees} == {
        "arrests-hispanic-lost", "arrests-other-races-too-low", "associations-places-counted-twice",
        "connectedness-place-area-weights", "crime-2023-county-without-murder", "flag-without-value",
        "homeless-other-races", "homeless-void-upper-bound", "living-wage-2021-half-year-index",
        "physicians-2021-population", "poverty-exposure-place-flags",
    }  # fmt: skip


def test_a_computed_cell_is_what_the_source_says(sample_run):
    world = build_world(SEED)
    value, lower, upper = atlas.published_county(world, world.county("alder"))
    rows = sample_run.query(
        "select value, lower, upper, quality, origin from metric_values"
        " where geoid = '99001' and variable = 'share_economic_connectedness'"
    )
    assert rows == [(pytest.approx(value), pytest.approx(lower), pytest.approx(upper), 1, "computed")]


@pytest.mark.parametrize(
    ("geoid", "subgroup", "reason"),
    [
        ("99025", "All", "suppressed_by_source"),  # n/a*
        ("99011", "Neighborhoods of color", "not_in_universe"),  # n/a**
        ("99023", "All", "geography_not_matched"),  # the source has the old code
    ],
)
def test_missing_debt_of_2022_has_the_reason_of_its_source(sample_run, geoid, subgroup, reason):
    rows = sample_run.query(
        "select value, missing_reason from metric_values where variable = 'share_debt_coll' and year = 2022"
        f" and subgroup_type = 'race-share' and geoid = '{geoid}' and subgroup = '{subgroup}'"
    )
    assert rows == [(None, reason)]


@pytest.mark.parametrize(
    ("geoid", "year", "reason"),
    [
        ("99023", 2022, "geography_not_matched"),  # its agencies know the old code only
        ("99025", 2021, "no_source_data"),  # none of its agencies sent anything
    ],
)
def test_missing_crime_has_the_reason_of_the_agencies(sample_run, geoid, year, reason):
    rows = sample_run.query(
        "select distinct value, missing_reason from metric_values where geoid = '" + geoid + "'"
        f" and variable like 'rate_crime_%' and year = {year}"
    )
    assert rows == [(None, reason)]


def test_every_missing_value_has_a_reason_and_no_other(sample_run):
    assert sample_run.query(
        "select count(*) from metric_values where (value is null) <> (missing_reason is not null)"
    ) == [(0,)]


def test_rows_without_a_place_in_the_frame_are_listed(sample_run):
    found = defaultdict(set)
    for geoid, year, reason in sample_run.query("select geoid, year, reason from unmatched_rows"):
        assert reason
        found[geoid].add(year)
    assert found["99021"] == {2022}
    assert found["9954321"] == {2021}
    assert found["99023"] and max(found["99023"]) == 2019
    assert set(found) == {"99021", "99023", "9954321", "9972122"}


def test_a_name_that_was_broken_in_two_ways_is_whole_in_every_year(sample_run):
    assert sample_run.query("select distinct county_name from county where county = '013'") == [
        ("Peña Blanca County",)
    ]


def test_one_county_follows_the_other_in_2020(sample_run):
    assert sample_run.query(
        "select geoid, valid_from, valid_to, succeeded_by from geographies where geoid in ('99021', '99023')"
        " order by geoid"
    ) == [("99021", 2014, 2019, "99023"), ("99023", 2020, 2023, None)]


# --- the channels --------------------------------------------------------------------------------------


def test_the_national_channel_is_untouched_byte_for_byte(sample_run):
    assert bytes_below(sample_run.settings.home / "national") == sample_run.national_before


def test_nothing_is_written_outside_the_channel_but_logs_and_dagster(sample_run):
    outside = {path.name for path in sample_run.settings.home.iterdir()} - {"national", "sample"}
    assert outside <= {"dagster", "logs"}


@pytest.fixture
def copied(sample_run, tmp_path):
    """A national channel into which somebody copied the sample's published candidate."""
    settings = Settings(home=tmp_path / "home", channel="national")
    candidate = settings.candidates_dir / "by_hand"
    shutil.copytree(sample_run.release, candidate)
    return settings, candidate


def test_a_candidate_copied_by_hand_is_not_published(copied):
    from orchestration.release import publish

    settings, candidate = copied
    with pytest.raises(MobilityError):
        publish(settings, candidate, approver="somebody")
    assert not settings.releases_dir.exists() or not list(settings.releases_dir.iterdir())


def test_a_candidate_that_claims_to_be_national_is_refused_by_its_rows(copied):
    from orchestration.gate import judge
    from orchestration.release import publish

    settings, candidate = copied
    path = candidate / "manifest.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"channel": "sample"', '"channel": "national"'),
        encoding="utf-8",
        newline="\n",
    )
    assert json.loads(path.read_text(encoding="utf-8"))["channel"] == "national"
    assert judge(candidate).outcome == "refused"
    with pytest.raises(MobilityError):
        publish(settings, candidate, approver="somebody")
    assert not settings.releases_dir.exists() or not list(settings.releases_dir.iterdir())


def example(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    script = PROJECT_ROOT / "examples" / "first_chart.py"
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_example_draws_a_point_for_every_county_with_a_value(
    sample_run: SampleRun, tmp_path: Path
) -> None:
    done = example("--release", str(sample_run.release), "--state", "Sample State", cwd=tmp_path)
    [(counties,)] = sample_run.query(
        "select count(*) from metric_values where variable = 'share_economic_connectedness'"
        " and geography_type = 'county' and value is not null"
    )
    assert done.stdout == f"{counties} counties in connectedness.svg\n", done.stderr
    drawn = (tmp_path / "connectedness.svg").read_text(encoding="utf-8")
    assert counties > 5 and drawn.count("<circle") == counties


def test_the_example_says_what_it_misses(sample_run: SampleRun, tmp_path: Path) -> None:
    nowhere = example("--release", str(tmp_path), cwd=tmp_path)
    assert nowhere.returncode == 2 and "make run" in nowhere.stderr
    unknown = example("--release", str(sample_run.release), "--state", "Utopia", cwd=tmp_path)
    assert unknown.returncode == 2 and "no county of 'Utopia'" in unknown.stderr
