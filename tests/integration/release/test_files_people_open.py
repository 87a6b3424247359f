"""Files as people open them: without types, by one place, in a spreadsheet, by a package's schema."""

from __future__ import annotations

import csv
import json
import shutil

import duckdb
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.base.states import GEOIDFQ_PREFIX
from orchestration.explain.workbook import _save, write_workbook


@pytest.fixture(scope="module")
def folder(made):
    (candidate,) = (path for path in (made / "sample" / "candidates").iterdir() if path.is_dir())
    return candidate


def test_every_wide_table_ends_with_the_whole_code(folder):
    tables = {row["table_name"]: row for row in read("publication_list")}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    seen = 0
    for name, publication in tables.items():
        entry = manifest["tables"][name]
        if entry["status"] != "available":
            continue
        with (folder / "csv" / f"{entry['stem']}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0])[-2:] == ["geoid", "geoidfq"], name
        kind = publication["geography_type"]
        for row in rows:
            assert row["geoid"] == row["state"] + row[kind]
            assert row["geoidfq"] == GEOIDFQ_PREFIX[kind] + row["geoid"]
            seen += 1
    assert seen > 100 and GEOIDFQ_PREFIX == {"county": "0500000US", "place": "1600000US"}


def test_the_whole_code_is_no_number_to_a_reader_that_guesses(folder):
    import pandas as pd

    (path,) = (folder / "csv").glob("11_*.csv")
    guessed_by_pandas = pd.read_csv(path)
    assert guessed_by_pandas["geoidfq"].to_list()[0] == "0500000US99001"
    assert guessed_by_pandas["state"].to_list()[0] == 99  # what the column is there for
    (guessed,) = duckdb.sql(f"select any_value(geoidfq) from read_csv('{path}')").fetchall()[0]
    assert guessed.startswith("0500000US99")


def test_long_tables_stand_by_area(folder):
    for name in ("metric_values", "published_values"):
        rows = pq.read_table(folder / "parquet" / f"{name}.parquet").to_pylist()
        keys = [(row["geography_type"], row["geoid"], row["variable"]) for row in rows]
        assert len(rows) > 1000 and keys == sorted(keys), name


def test_a_reader_of_one_place_skips_the_row_groups_of_others(folder, tmp_path):
    """What the order of rows is good for, on row groups as small as these tables need them."""
    path = tmp_path / "small_groups.parquet"
    long = pq.read_table(folder / "parquet" / "metric_values.parquet")
    pq.write_table(long, path, row_group_size=100)
    metadata = pq.ParquetFile(path).metadata
    at = metadata.schema.names.index("geoid")
    spans = [metadata.row_group(group).column(at).statistics for group in range(metadata.num_row_groups)]
    wanted = long.filter(pc.equal(long["geoid"], "99003")).num_rows
    holding = [span for span in spans if span.min <= "99003" <= span.max]
    assert wanted > 100 and len(holding) <= wanted / 100 + 3 < len(spans) / 2
    assert pq.read_table(path, filters=[("geoid", "==", "99003")]).num_rows == wanted


def test_the_sql_for_csv_makes_the_tables_of_the_database(folder):
    sql = (folder / "load_csv.sql").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    wanted = {
        name
        for name, entry in manifest["tables"].items()
        if entry["status"] == "available" and (folder / "csv" / f"{entry['stem']}.csv").exists()
    }
    with duckdb.connect() as connection:
        connection.execute(f"set file_search_path = '{folder}'")
        connection.execute(sql)
        connection.execute(f"attach '{folder}/mobility.duckdb' as released (read_only)")
        made = {row[0] for row in connection.execute("show tables").fetchall()}
        assert made == wanted and len(made) > 40
        for name in sorted(made):
            types = "select column_name, data_type from duckdb_columns() where table_name = ? and"
            ours, theirs = (
                connection.execute(
                    f"{types} database_name = ? order by column_index", [name, database]
                ).fetchall()
                for database in ("memory", "released")
            )
            assert ours == theirs, name
            differing = f"(from memory.{name} except all from released.main.{name})"
            other = f"(from released.main.{name} except all from memory.{name})"
            assert connection.execute(f"select count(*) from {differing}").fetchone() == (0,), name
            assert connection.execute(f"select count(*) from {other}").fetchone() == (0,), name


def test_light_copies_hold_every_value_and_the_newest(folder):
    long, light = f"'{folder}/parquet/metric_values.parquet'", f"'{folder}/light/values.parquet'"
    key = "geoid, variable, subgroup_type, subgroup, year, sample"
    (values,) = duckdb.sql(f"select count(value) from {long}").fetchall()[0]
    assert values > 1000
    assert duckdb.sql(f"select count(*) from {light}").fetchall() == [(values,)]
    assert duckdb.sql(
        f"select count(*) from {long} as a inner join {light} as b using ({key}) where a.value is not null "
        "and b.value = a.value::real and b.upper is not distinct from a.upper::real"
    ).fetchall() == [(values,)]
    newest = f"'{folder}/light/newest.parquet' where geoid = '99001' order by variable"
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        profile = connection.execute(
            "select variable, year, sample, value::real from place_profile('99001') where value is not null "
            "order by variable"
        ).fetchall()
    assert len(profile) > 20
    assert duckdb.sql(f"select variable, year, sample, value from {newest}").fetchall() == profile


def test_the_examples_of_the_readme_run(folder, monkeypatch):
    text = (folder / "README.md").read_text(encoding="utf-8")
    code = [line.removeprefix("    ") for line in text.splitlines() if line.startswith("    ")]
    python = "\n".join(line for line in code if not line.startswith(("duckdb", "select")))
    monkeypatch.chdir(folder)
    found: dict[str, object] = {}
    exec(python, found)  # what a reader would paste
    assert set(found["place"]["geoid"]) == {"99001"}  # type: ignore[index]
    assert found["counties"]["geoid"].str.len().eq(5).all()  # type: ignore[index]
    with duckdb.connect("mobility.duckdb", read_only=True) as connection:
        for query in (line for line in code if line.startswith("select")):
            assert connection.execute(query).fetchall(), query
    assert "EXPORT DATABASE` loses the comments" in text


def test_a_copied_file_keeps_the_comments_that_exporting_loses(folder, tmp_path):
    """What the README says of DuckDB; if this fails, the README has to say something else."""
    comments = "select count(*) from duckdb_columns() where comment is not null and database_name = 'mine'"
    shutil.copyfile(folder / "mobility.duckdb", tmp_path / "mine.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path}/mine.duckdb' as mine")
        assert connection.execute(comments).fetchall()[0][0] > 100
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        connection.execute(f"export database '{tmp_path}/exported' (format parquet)")
    exported = (tmp_path / "exported" / "schema.sql").read_text(encoding="utf-8").lower()
    assert exported.count("create table") > 40 and "comment on" not in exported


def test_frictionless_validates_the_whole_package(folder):
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate()
    wrong = report.flatten(["name", "rowNumber", "fieldName", "note"])
    assert report.valid, wrong[:5]
    assert {task.name for task in report.tasks} >= {"metric_values", "value_components", "computed_values"}


def test_missing_whole_numbers_of_parquet_are_declared_as_numbers(folder):
    """frictionless judges a missing integer of Parquet by what other columns hold."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    fields = {
        (resource["name"], field["name"]): field["type"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert fields["value_components", "crosswalk_rows"] == "number"
    assert fields["metric_values", "quality"] == "number" and fields["metric_values", "year"] == "integer"
    assert fields["county", "population"] == "integer"


def test_a_community_is_a_workbook_when_asked_for(folder, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / "one.xlsx"
    write_workbook(folder, "99001", path)
    book = load_workbook(path)
    assert book.sheetnames == ["Newest", "All values", "Deviations", "About"]
    about = {row[0].value: row[1] for row in book["About"].iter_rows(min_row=2)}
    assert about["geoid"].value == "99001" and about["geoid"].data_type == "s"
    assert about["geoidfq"].value == "0500000US99001" and about["channel"].value == "sample"
    header, *rows = book["All values"].iter_rows(values_only=True)
    wanted = duckdb.sql(
        "select variable, subgroup_type, subgroup, year, sample, value, lower from "
        f"'{folder}/parquet/metric_values.parquet' where geoid = '99001' order by all"
    ).fetchall()
    at = [
        header.index(name)
        for name in ("variable", "subgroup_type", "subgroup", "year", "sample", "value", "lower")
    ]
    found = [tuple(row[place] for place in at) for row in rows]
    # A workbook has no empty text, and openpyxl writes numbers with 16 digits of 17.
    by_key = {row[:5]: row[5:] for row in found}
    assert len(found) == len(by_key) == len(wanted) > 100
    for *key, value, lower in wanted:
        assert by_key[tuple(cell if cell != "" else None for cell in key)] == pytest.approx((value, lower))
    assert len(list(book["Newest"].iter_rows(min_row=2))) == len(
        duckdb.sql(f"from '{folder}/light/newest.parquet' where geoid = '99001'").fetchall()
    )


def test_text_in_a_workbook_is_no_formula(tmp_path):
    from openpyxl import load_workbook

    _save(tmp_path / "a.xlsx", {"one": (["=1+1"], [("=1+1",), ("01003",), (None,), (1.5,)])})
    cells = [cell[0] for cell in load_workbook(tmp_path / "a.xlsx")["one"].iter_rows()]
    assert [(cell.value, cell.data_type) for cell in cells if cell.value is not None] == [
        ("=1+1", "s"), ("=1+1", "s"), ("01003", "s"), (1.5, "n"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["one.csv", "nowhere/one.xlsx", "xlsx"])
def test_a_workbook_needs_a_name_it_can_have(folder, tmp_path, name):
    with pytest.raises(MobilityError, match="cannot be written there"):
        write_workbook(folder, "99001", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_of_an_unknown_code_names_near_ones(folder, tmp_path):
    with pytest.raises(MobilityError, match="99001"):
        write_workbook(folder, "99002", tmp_path / "one.xlsx")
    assert list(tmp_path.iterdir()) == []
