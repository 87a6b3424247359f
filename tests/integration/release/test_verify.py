from __future__ import annotations

import json
import shutil

import duckdb
import pytest

from orchestration import cli, release
from tests.integration.release.conftest import change_byte
from tests.support.verdict import write_verdict

KINDS = [
    "mobility.duckdb", "README.md", "CITATION.cff", "CHANGES.md", "datapackage.json", "dictionary.csv",
    "csv/deviations.csv", "csv/11_mobility-metrics_county_longitudinal.csv", "parquet/series.parquet",
    "parquet/metric_values.parquet", "gate/verdict.json", "gate/report.md", "gate/report.html",
    "manifest.json",
]  # fmt: skip


@pytest.fixture(scope="module")
def published(made, tmp_path_factory):
    (candidate,) = (path for path in (made / "sample" / "candidates").iterdir() if path.is_dir())
    return shutil.copytree(candidate, tmp_path_factory.mktemp("verify") / "release")


@pytest.fixture
def folder(published, tmp_path):
    return shutil.copytree(published, tmp_path / "release")


def seal(folder):
    """Bring hashes and verdict up to date with the files, as a faulty builder would leave them."""
    from orchestration.base.files import files_below, sha256_of

    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for file in files_below(folder):
        name = file.relative_to(folder).as_posix()
        if name in manifest["files"]:
            manifest["files"][name] = {"bytes": file.stat().st_size, "sha256": sha256_of(file)}
    path.write_text(json.dumps(manifest), encoding="utf-8", newline="\n")
    write_verdict(folder)


def test_a_whole_release_has_no_finding(published):
    assert release.verify(published) == []


@pytest.mark.parametrize("name", KINDS)
def test_one_changed_byte_is_found_and_its_file_named(folder, name):
    change_byte(folder / name)
    findings = release.verify(folder)
    assert findings and any(name in finding for finding in findings), findings


@pytest.mark.parametrize("name", ["csv/series.csv", "gate/report.html", "gate/verdict.json", "manifest.json"])
def test_a_missing_file_is_found(folder, name):
    (folder / name).unlink()
    assert any(name in finding for finding in release.verify(folder))


@pytest.mark.parametrize("name", ["csv/deviations.csv", "parquet/series.parquet", "mobility.duckdb"])
def test_a_file_whose_hash_is_wrong_is_not_read_further(folder, name):
    """What DuckDB says of it would be advice to read it nevertheless."""
    (folder / name).write_text('a,b\n1,"2\n', encoding="utf-8")
    assert [finding.split(":")[0] for finding in release.verify(folder)] == [name]


def test_the_other_files_are_still_read(folder):
    """A release with one damaged file may be wrong in another, whose hash is that of the manifest."""
    path = folder / "csv" / "geographies.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8", newline="\n")
    seal(folder)
    change_byte(folder / "csv" / "deviations.csv")
    found = [finding.split(":")[0] for finding in release.verify(folder)]
    assert found == ["csv/deviations.csv", "csv/geographies.csv"]


def test_the_command_says_what_to_do(desk, capsys):
    published = desk.publish()
    change_byte(published / "csv" / "series.csv")
    with pytest.raises(SystemExit) as end:
        cli.main(["release", "verify", "--sample", "--home", str(desk.settings.home)])
    told = capsys.readouterr().out
    assert end.value.code == 1 and "- csv/series.csv: " in told
    assert "to do:    bring the release back from a copy" in told and f"rebuild {published.name}" in told


def test_a_file_too_many_is_found(folder):
    (folder / "parquet" / "more.parquet").write_bytes(b"")
    assert release.verify(folder) == ["parquet/more.parquet: is not listed in the manifest"]


def test_a_database_that_says_something_else_than_the_parquet_is_found(folder):
    with duckdb.connect(str(folder / "mobility.duckdb")) as connection:
        connection.execute(
            "update coded.metric_values set value = value + 1 where rowid = "
            "(select min(rowid) from coded.metric_values where value is not null)"
        )
    seal(folder)
    (finding,) = release.verify(folder)
    assert finding.startswith("metric_values: mobility.duckdb and metric_values.parquet differ")


def test_a_row_that_stands_twice_is_found(folder):
    with duckdb.connect(str(folder / "mobility.duckdb")) as connection:
        connection.execute("insert into deviations from deviations limit 1")
        connection.execute("insert into deviations from deviations limit 1")
    seal(folder)
    assert any(finding.startswith("deviations:") for finding in release.verify(folder))


def test_a_csv_with_a_row_less_is_found(folder):
    path = folder / "csv" / "geographies.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8", newline="\n")
    seal(folder)
    rows = len(lines) - 1
    assert release.verify(folder) == [f"csv/geographies.csv: {rows - 1} rows, the manifest says {rows}"]


def test_a_release_of_an_older_gate_stays_verified(folder, monkeypatch):
    monkeypatch.setattr("orchestration.gate.verified.gate_sha256", lambda: "another gate")
    assert release.verify(folder) == []
