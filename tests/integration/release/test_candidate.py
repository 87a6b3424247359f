from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import duckdb
import pytest

from expectations.other_tables import may_be_empty
from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.base.sql import literal
from orchestration.gate import check_verdict
from orchestration.release import candidate as building
from orchestration.release import database
from orchestration.release.released_tables import _LONG, WITHOUT_CSV
from tests.integration.release.conftest import change_byte
from tests.support.warehouse import make_warehouse

_BUILD = """
import sys
from pathlib import Path
from orchestration.release import candidate
from orchestration.base.settings import Settings
candidate.next_version = lambda settings: "2026.01.02"
print(candidate.build_candidate(Settings(home=Path(sys.argv[1]), channel="sample")))
"""


def build_under(home, **environment):
    """Every file of a candidate built by another process under other circumstances."""
    run = subprocess.run(
        [sys.executable, "-c", _BUILD, str(home)],
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    folder = PROJECT_ROOT / run.stdout.strip()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "gate"
    }


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_bytes_depend_on_nothing_but_the_warehouse(desk, tmp_path):
    here = build_under(desk.settings.home, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1", MOBILITY_THREADS="1")
    elsewhere = desk.settings.home.rename(tmp_path / "elsewhere")
    there = build_under(
        elsewhere, TZ="Pacific/Auckland", LC_ALL="C.UTF-8", PYTHONHASHSEED="2", MOBILITY_THREADS="4"
    )
    assert len(here) > 90
    assert [name for name in {*here, *there} if here.get(name) != there.get(name)] == []


def test_no_text_file_names_the_machine_or_the_time(desk):
    host = os.uname().nodename
    for path in desk.candidate.rglob("*"):
        if path.suffix in {".md", ".json", ".csv", ".cff"} and path.parent.name != "gate":
            text = path.read_text(encoding="utf-8")
            assert str(desk.settings.home) not in text and str(PROJECT_ROOT) not in text, path.name
            assert len(host) < 4 or host not in text, path.name
            assert "\r" not in text, path.name


def test_the_manifest_lists_every_table_and_file(desk):
    manifest = manifest_of(desk.candidate)
    assert manifest["channel"] == "sample"
    assert {table["status"] for table in manifest["tables"].values()} == {"available", "unavailable"}
    for name, table in manifest["tables"].items():
        files = [file for file in manifest["files"] if file.rsplit("/")[-1].startswith(f"{table['stem']}.")]
        if table["status"] == "unavailable":
            assert table["reason"] and not files, name
        else:
            assert f"parquet/{table['stem']}.parquet" in files, name
            assert (f"csv/{table['stem']}.csv" in files) is (
                table["kind"] != "long" and name not in WITHOUT_CSV
            ), name
            assert table["rows"] > 0 or may_be_empty(name, "sample"), name


def test_every_document_says_the_channel(desk):
    for name in ("README.md", "CITATION.cff", "CHANGES.md", "datapackage.json", "manifest.json"):
        assert "sample" in (desk.candidate / name).read_text(encoding="utf-8"), name


def test_the_readme_says_what_is_missing_and_why(desk):
    text = (desk.candidate / "README.md").read_text(encoding="utf-8")
    assert "Publication 17" in text and "its only input is not at hand" in text
    assert "| employment_county_all | 1 | 4 |" in text


def test_csv_has_empty_cells_for_missing_and_whole_numbers_without_a_point(desk):
    path = next((desk.candidate / "csv").glob("11_*.csv"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        found = connection.execute("select * from county").fetchall()
        columns = [column[0] for column in connection.description]
    assert list(rows[0]) == columns
    told = [["" if cell is None else cell for cell in row] for row in found]
    for row, cells in zip(rows, told, strict=True):
        for text, cell in zip(row.values(), cells, strict=True):
            assert text == (str(cell) if not isinstance(cell, float) else text)
            assert not isinstance(cell, float) or float(text) == cell
    assert any(cell == "" for row in rows for cell in row.values())
    assert {row["state"] for row in rows} == {"99"} and all(len(row["county"]) == 3 for row in rows)


def test_every_table_and_column_has_a_comment_that_the_dictionary_repeats(desk):
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, comment from duckdb_tables() union all "
            "select view_name, comment from duckdb_views() where not internal"
        ).fetchall()
        columns = {
            row[:2]: row[2]
            for row in connection.execute(
                "select table_name, column_name, comment from duckdb_columns() "
                "where not internal and schema_name = 'main'"
            ).fetchall()
        }
    assert len(tables) > 40 and all("Channel: sample" in (comment or "") for _, comment in tables)
    with (desk.candidate / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    assert {key: row["description"] for key, row in rows.items()} == columns
    assert rows["metric_values", "value"]["description"] == "The estimate, in the unit of its variable."
    assert rows["county", "share_employed"]["unit"] == "share 0-1"
    assert rows["county", "share_employed_quality"]["unit"] == ""


def test_rows_stand_in_the_order_of_the_published_files(desk):
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        rows = connection.execute("select year, state, county, subgroup from county_income").fetchall()
        labels = dict(
            connection.execute(
                "select subgroup, position::integer from subgroups where subgroup_type = 'income'"
            ).fetchall()
        )
    assert rows == sorted(rows, key=lambda row: (*row[:3], labels[row[3]]))
    assert len({row[3] for row in rows}) == len(labels)


@pytest.mark.parametrize("name", list(_LONG))
def test_a_long_table_stands_in_its_order(desk, name):
    """Whether it was sorted in memory or on the way into its file."""
    path = literal(str(desk.candidate / "parquet" / f"{name}.parquet"))
    place = f"row({_LONG[name][1]})"
    rows = f"select {place} as place, file_row_number from read_parquet({path}, file_row_number = true)"
    before = f"select place, lag(place) over (order by file_row_number) as before from ({rows})"
    with duckdb.connect() as connection:
        misplaced = connection.execute(f"select count(*) from ({before}) where place < before").fetchall()
    assert misplaced == [(0,)]


def test_the_same_content_is_the_same_candidate_and_keeps_its_verdict(desk):
    assert release.build_candidate(desk.settings) == desk.candidate
    check_verdict(desk.candidate)


def test_a_damaged_candidate_is_built_anew(desk):
    change_byte(desk.candidate / "README.md")
    assert release.build_candidate(desk.settings) == desk.candidate
    assert not (desk.candidate / "gate").exists()
    assert [path.name for path in desk.settings.candidates_dir.iterdir() if path.is_dir()] == [
        desk.candidate.name
    ]


def test_another_value_is_another_candidate(desk):
    assert desk.next_candidate() != desk.candidate


def test_changes_name_what_changed_since_the_current_release(desk):
    assert "first release" in (desk.candidate / "CHANGES.md").read_text(encoding="utf-8")
    first = desk.publish()
    text = (desk.next_candidate() / "CHANGES.md").read_text(encoding="utf-8")
    assert f"Against release {first.name}" in text
    changed = [line for line in text.splitlines() if line.startswith("- ")]
    assert [line.split(",")[0] for line in changed] == [
        "- metric_values: as many rows (5",
        "- 1 other values",
    ]
    assert "Blocks of changes and their causes" in text


@pytest.mark.parametrize("where", ["export", "write_all", "sync"])
def test_an_interrupted_build_leaves_nothing_visible(desk, monkeypatch, where):
    owner = building.documents if where == "write_all" else building

    def interrupted(*arguments):
        raise KeyboardInterrupt

    candidate = desk.candidate
    change_byte(candidate / "README.md")  # so that the build has to replace it
    monkeypatch.setattr(owner, where, interrupted)
    with pytest.raises(KeyboardInterrupt):
        release.build_candidate(desk.settings)
    assert {path.name for path in desk.settings.candidates_dir.iterdir()} == {candidate.name}


def test_a_database_that_breaks_off_at_its_end_is_no_candidate(desk, monkeypatch):
    """Its process is waited for last, when everything made beside it is there."""
    gone = desk.settings.home / "gone.parquet"
    monkeypatch.setattr(database.Writer, "finish", lambda self: self.add("gone", gone, coded=False))
    with pytest.raises(MobilityError, match="did not succeed; nothing of it is visible"):
        release.build_candidate(desk.settings)
    assert {path.name for path in desk.settings.candidates_dir.iterdir()} == {desk.candidate.name}


def test_leftovers_of_a_killed_build_are_removed(desk):
    leftover = desk.settings.candidates_dir / ".candidate-sample" / "parquet"
    leftover.mkdir(parents=True)
    (leftover / "county.parquet").write_bytes(b"half")
    release.build_candidate(desk.settings)
    assert not leftover.parent.exists()


def test_without_a_warehouse(tmp_path):
    settings = Settings(home=tmp_path, channel="national")
    with pytest.raises(MobilityError, match="no warehouse") as error:
        release.build_candidate(settings)
    assert error.value.where == str(settings.warehouse)
    assert "mobility build" in str(error.value)
    assert not settings.candidates_dir.exists()


def test_with_a_warehouse_that_is_none(tmp_path):
    settings = Settings(home=tmp_path, channel="sample")
    settings.warehouse.parent.mkdir(parents=True)
    settings.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(MobilityError, match="cannot be read"):
        release.build_candidate(settings)


def test_with_a_table_missing(desk):
    with duckdb.connect(str(desk.settings.warehouse)) as connection:
        connection.execute("drop table deviations")
    with pytest.raises(MobilityError) as error:
        release.build_candidate(desk.settings)
    assert error.value.found == "not there: deviations"


def test_with_the_warehouse_of_another_channel(tmp_path):
    settings = Settings(home=tmp_path, channel="national")
    make_warehouse(settings.warehouse, channel="sample", counties=1, places=1)
    with pytest.raises(MobilityError, match="another channel") as error:
        release.build_candidate(settings)
    assert (error.value.expected, error.value.found) == ("national", "sample")


def test_while_another_process_writes_the_warehouse(desk):
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\nopen_ = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\ninput()",
            str(desk.settings.warehouse),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert writer.stdout.readline() == b"open\n"
        with pytest.raises(MobilityError, match="cannot be read") as error:
            release.build_candidate(desk.settings)
        assert "lock" in error.value.found
    finally:
        writer.kill()
        writer.wait()


def test_catalogues_find_the_release_and_its_files(desk):
    dataset = json.loads((desk.candidate / "schema_org.json").read_text(encoding="utf-8"))
    (registered,) = json.loads((desk.candidate / "dcat_us.json").read_text(encoding="utf-8"))["dataset"]
    assert dataset["@type"] == "Dataset" and "Invented" in dataset["description"]
    assert len(dataset["variableMeasured"]) > 30 and all(
        one["unitText"] for one in dataset["variableMeasured"]
    )
    for one in dataset["distribution"]:
        assert (desk.candidate / one["contentUrl"]).is_file()
    assert len(registered["distribution"]) == len(dataset["distribution"]) > 40
    assert registered["modified"] == dataset["datePublished"]
    for one in registered["distribution"]:
        assert (desk.candidate / one["downloadURL"]).is_file()
    # What DCAT-US 1.1 asks of everybody; who registers the release writes in who answers questions.
    required = {
        "title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier",
        "accessLevel",
    }  # fmt: skip
    assert {name for name in required if not registered.get(name)} == {"contactPoint"}
