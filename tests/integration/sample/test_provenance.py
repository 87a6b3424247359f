"""From every computed number to the files it was made of, and from a new file to its numbers."""

from __future__ import annotations

import copy
import csv
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.explain.cell import explain
from orchestration.explain.in_words import in_words
from orchestration.release.inputs_and_code import named_inputs
from orchestration.release.why_series_differ import SOURCE, causes_of_series
from tests.support.gate import broken_rules


@pytest.fixture(scope="module")
def manifest(sample_release: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((sample_release / "manifest.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def database(sample_release: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(sample_release / "mobility.duckdb"), read_only=True)


def test_every_computed_number_has_input_files(
    manifest: dict[str, Any], database: duckdb.DuckDBPyConnection
) -> None:
    named = database.execute(
        "select distinct source_files from value_components where source_files is not null"
    ).fetchall()
    assert len(named) > 50
    for (source_files,) in named:
        tables = source_files.split(";")
        found = named_inputs(manifest["inputs"], source_files, "99001")
        assert {(item["source"], item["vintage"]) for item in found} == {
            tuple(name.split("/")[:2]) for name in tables
        }
        assert len(found) >= len(set(tables)), source_files


def test_explain_names_the_archives_of_the_state_and_year(sample_release: Path) -> None:
    told = explain(sample_release, "99001", "share_affordable_30_ami", 2018)
    assert told.cell["origin"] == "computed"
    assert {(item["source"], item["vintage"], item["official_name"]) for item in told.sources} == {
        ("census_acs_pums", "2018-1yr", "csv_hss.zip"),
        ("hud_income_limits", "2018", "Section8-FY18.xlsx"),
    }


def test_the_method_of_the_year_is_told_wherever_it_is_read(sample_release: Path) -> None:
    """Deaths of 2021 are those of four years: the cell says so; dictionary and page say it of all periods."""
    told = {year: explain(sample_release, "99001", "rate_injury_death", year) for year in (2020, 2021)}
    assert told[2020].method["universe"] == "All residents, over the five years that end in the year"
    assert told[2021].method["universe"] == "All residents, over the four years 2018 to 2021"
    assert f"Who is counted: {told[2021].method['universe']}" in in_words(told[2021])
    page = (sample_release / "site" / "metric" / "rate_injury_death.html").read_text(encoding="utf-8")
    for year in (2020, 2021):
        assert told[year].method["universe"] in page
    with (sample_release / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        (column,) = (
            row
            for row in csv.DictReader(file)
            if (row["table"], row["column"]) == ("county", "rate_injury_death")
        )
    assert f"Denominator: {told[2020].method['denominator']}" in column["description"]


def test_the_dictionary_calls_no_bound_an_interval_that_is_none(sample_release: Path) -> None:
    with (sample_release / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        said = {(row["table"], row["column"]): row["description"] for row in csv.DictReader(file)}
    bounds = {key: text for key, text in said.items() if key[1].endswith(("_lb", "_ub"))}
    of_95 = {key for key, text in bounds.items() if " bound of the 95 % interval" in text}
    of_pools = {key for key in of_95 if ", where the flag is Weak not of the county's own: " in bounds[key]}
    assert {column for _, column in of_pools} == {"share_low_birth_weight_lb", "share_low_birth_weight_ub"}
    none = {key for key in bounds if key[1].startswith("count_homeless")} | {
        key for key in bounds if key[0].startswith("place") and key[1].startswith("rate_learning")
    }
    assert none and of_95 == bounds.keys() - none
    assert "that gaps in the data allow" in said["place", "count_homeless_lb"]
    assert "the mean of those of its districts" in said["place", "rate_learning_ub"]
    assert of_95 > {("county", "rate_learning_lb"), ("place", "share_employed_lb")}


def test_files_of_another_state_are_not_named() -> None:
    files = [
        {"source": "s", "vintage": "1", "file": name, "tables": ["t"], "partition": name}
        for name in ("al", "ak")
    ]
    national = {"source": "s", "vintage": "1", "file": "all", "tables": ["t"], "partition": None}
    other_table = {"source": "s", "vintage": "1", "file": "other", "tables": ["u"], "partition": None}
    given = [*files, national, other_table]
    assert [item["file"] for item in named_inputs(given, "s/1/t", "01001")] == ["al", "all"]
    assert [item["file"] for item in named_inputs(given, "s/1/t")] == ["al", "ak", "all"]
    assert named_inputs(given, "s/2/t;r/1/t") == [] == named_inputs(given, None)


def test_a_new_archive_is_the_cause_of_the_series_that_rest_on_it(
    manifest: dict[str, Any], sample_release: Path
) -> None:
    """Its name is that of thirteen vintages, and no other than its own may be blamed."""
    before = copy.deepcopy(manifest)
    (changed,) = (
        item for item in before["inputs"] if (item["vintage"], item["file"]) == ("2018-1yr", "persons_ss")
    )
    changed["sha256"] = "0" * 64
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_release / 'mobility.duckdb'}' as release (read_only)")
        for schema in ("old", "new"):
            connection.execute(f"create schema {schema}")
            for table in ("series", "deviations", "value_components"):
                connection.execute(f"create view {schema}.{table} as from release.{table}")
        causes = causes_of_series(connection, before, manifest)
        touched = {series for series, cause, *_ in causes if cause == SOURCE}
        expected = connection.execute("""
            select distinct series_id from new.series
            inner join new.value_components using (variable, geography_type, subgroup_type, year, sample)
            where origin = 'computed' and list_contains(
                string_split(source_files, ';'), 'census_acs_pums/2018-1yr/persons')""").fetchall()
    assert touched == {series for (series,) in expected} and len(touched) >= 2
    assert all(
        "persons_ss: 000000000000 before" in detail for _, cause, detail, _ in causes if cause == SOURCE
    )


def test_the_gate_refuses_a_computed_series_whose_input_the_manifest_does_not_name(
    sample_release: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(sample_release, tmp_path / "candidate"))
    assert broken_rules(folder, "metric_values", only="inputs_known") == {}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["inputs"] = [item for item in manifest["inputs"] if item["vintage"] != "2018-1yr"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert broken_rules(folder, "metric_values", only="inputs_known") == {
        "metric_values.inputs_known": "error"
    }
