from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import cli, release
from orchestration.base.errors import MobilityError
from orchestration.base.sql import literal
from orchestration.cli.explain import command
from orchestration.explain.cell import explain
from orchestration.explain.in_words import in_words
from orchestration.release import telling_differences
from orchestration.release.diff import compare
from orchestration.release.store import changed_files
from orchestration.release.what_to_compare import newest, one_before


def test_a_release_does_not_differ_from_itself(desk):
    diff = compare(desk.candidate, desk.candidate)
    assert diff.is_empty and "Nothing differs" in telling_differences.text(diff)


def test_one_changed_cell_is_found_with_its_place_and_both_values(desk, tmp_path):
    old = desk.publish()
    new = desk.next_candidate()
    diff = compare(old, new)
    assert diff.counts == {"value": 1}
    (block,) = diff.blocks
    (largest,) = diff.largest
    assert block["cells"] == 1 and largest["new_value"] - largest["old_value"] == pytest.approx(1)
    telling_differences.write(diff, tmp_path)
    with duckdb.connect() as connection:
        rows = connection.execute(f"select geoid, cause from '{tmp_path}/cells.parquet'").fetchall()
    assert rows == [(largest["geoid"], block["cause"])]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert largest["geoid"] in page and "http" not in page


def test_a_candidate_carries_its_changes(desk):
    desk.publish()
    new = desk.next_candidate()
    assert {path.name for path in (new / "changes").iterdir()} == {
        "cells.parquet",
        "changes.txt",
        "index.html",
    }
    assert "changes/cells.parquet" in json.loads((new / "manifest.json").read_text("utf-8"))["files"]
    assert changed_files(new) == []


def _edited(desk, target, change):
    """A copy of the candidate whose manifest says something else; its tables are the same files."""
    for folder, _, files in os.walk(desk.candidate):
        place = target / os.path.relpath(folder, desk.candidate)
        place.mkdir(parents=True)
        for name in files:
            os.link(Path(folder) / name, place / name)
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    change(manifest)
    (target / "manifest.json").unlink()
    (target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return target


def test_another_channel_is_refused(desk, tmp_path):
    other = _edited(desk, tmp_path / "other", lambda manifest: manifest.update(channel="national"))
    with pytest.raises(MobilityError, match="two channels"):
        compare(desk.candidate, other)


def test_a_table_in_other_bytes_is_told_apart_from_one_with_other_rows(desk, tmp_path):
    def rewritten(manifest):
        manifest["tables"]["metric_values"]["content_sha256"] = "0" * 64
        manifest["tables"]["variables"]["content_sha256"] = "0" * 64

    other = _edited(desk, tmp_path / "other", rewritten)
    path = other / "parquet" / "variables.parquet"
    path.chmod(0o644)
    with duckdb.connect() as connection:
        rows = f"select * replace (label || '!' as label) from '{path}'"
        connection.execute(f"copy ({rows}) to '{tmp_path / 'changed.parquet'}' (format parquet)")
    path.unlink()
    (tmp_path / "changed.parquet").rename(path)
    told = {line.split(":")[0]: line for line in compare(desk.candidate, other).tables}
    assert told["metric_values"].endswith("the same in other bytes")
    assert told["variables"].endswith("other content")


def test_cells_are_found_whatever_else_their_area_has(desk, tmp_path):
    """Two values of one area in each other's place, an area with another code, and a cell less in a third."""
    other = _edited(
        desk,
        tmp_path / "other",
        lambda manifest: manifest["tables"]["metric_values"].update(content_sha256="0" * 64),
    )
    file = other / "parquet" / "metric_values.parquet"
    path = literal(str(file))
    with duckdb.connect() as connection:
        connection.execute(f"create table cells as from {path}")
        counties = connection.execute(
            "select distinct geoid from cells where geography_type = 'county' order by all"
        ).fetchall()
        swapped, renamed, shorter, *_same = (row[0] for row in counties)
        (row, value), (other_row, other_value) = connection.execute(
            f"select min(rowid), value from cells where geoid = '{swapped}' and value is not null"
            " group by value order by 1 limit 2"
        ).fetchall()
        connection.execute(f"update cells set value = {other_value!r} where rowid = {row}")
        connection.execute(f"update cells set value = {value!r} where rowid = {other_row}")
        connection.execute(f"update cells set geoid = '99999' where geoid = '{renamed}'")
        connection.execute(
            f"delete from cells where rowid = (select min(rowid) from cells where geoid = '{shorter}')"
        )
        ((moved,),) = connection.execute("select count(*) from cells where geoid = '99999'").fetchall()
        file.unlink()
        connection.execute(f"copy cells to {path} (format parquet)")
    diff = compare(desk.candidate, other)
    assert diff.counts["gone"] == moved + 1 and diff.counts["new"] == moved
    assert {kind: n for kind, n in diff.counts.items() if kind not in ("gone", "new")} == {"value": 2}
    found = diff.connection.execute("select distinct geoid from cells order by 1").fetchall()
    assert [row[0] for row in found] == sorted([swapped, renamed, shorter, "99999"])


def test_an_explanation_tells_value_history_and_where_else(desk):
    folder = desk.publish()
    with duckdb.connect(str(folder / "mobility.duckdb"), read_only=True) as connection:
        geoid, variable, year, value = connection.execute(
            "select geoid, variable, year, value from metric_values "
            "where subgroup_type = 'all' and value is not null order by all limit 1"
        ).fetchall()[0]
    found = explain(folder, geoid, variable, year, others=[desk.candidate])
    assert found.cell["value"] == value and found.releases[0]["value"] == value
    assert year in [row["year"] for row in found.years]
    text = in_words(found)
    assert geoid in text and found.variable["label"] in text
    assert json.loads(found.to_json())["cell"]["value"] == value


def test_an_explanation_says_which_release_was_rolled_back(desk):
    """Or a number that somebody took back stands beside the others as if it were as good."""
    with duckdb.connect(str(desk.publish() / "mobility.duckdb"), read_only=True) as connection:
        cell = connection.execute(
            "select geoid, variable, year from metric_values where subgroup_type = 'all' order by all limit 1"
        ).fetchall()[0]
    new = desk.publish(desk.next_candidate()).name
    release.rollback(desk.settings, reason="wrong file", approver="Ann")
    words = [*map(str, cell), "--sample", "--home", str(desk.settings.home)]
    told = CliRunner().invoke(command, words, catch_exceptions=False).output.splitlines()
    (line,) = (line for line in told if line.startswith(f"  {new}: "))
    assert line.endswith(" (rolled back by Ann: wrong file)")
    told = CliRunner().invoke(command, [*words, "--release", new], catch_exceptions=False).output
    assert f"From release {new} (rolled back by Ann: wrong file), channel sample" in told


@pytest.mark.parametrize(
    "wrong, problem",
    [(("99999", None, None), "has this code"), ((None, "share_employd", None), "no such variable"),
     ((None, None, 1999), "no such cell")],
)  # fmt: skip
def test_what_is_not_there_is_told_with_what_is_near(desk, wrong, problem):
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        there = connection.execute(
            "select geoid, variable, year from metric_values where subgroup_type = 'all' order by all limit 1"
        ).fetchall()[0]
    asked = [other if other is not None else one for one, other in zip(there, wrong, strict=True)]
    with pytest.raises(MobilityError, match=problem) as error:
        explain(desk.candidate, *asked)
    assert error.value.remedy


def test_a_sample_that_is_not_there_is_not_called_a_subgroup(desk):
    with duckdb.connect(str(desk.candidate / "mobility.duckdb"), read_only=True) as connection:
        there = connection.execute(
            "select geoid, variable, year from metric_values where subgroup_type = 'all' order by all limit 1"
        ).fetchall()[0]
    with pytest.raises(MobilityError, match="no value from such a sample") as error:
        explain(desk.candidate, *there, sample="acs3")
    assert error.value.found == "sample acs3" and "All (by all" in error.value.expected
    with pytest.raises(MobilityError, match="no such subgroup"):
        explain(desk.candidate, *there, subgroup="Nobody")


def test_the_published_release_still_verifies(desk):
    desk.publish()
    assert release.verify(desk.publish(desk.next_candidate())) == []


def test_without_names_the_new_is_compared_with_what_was_before(desk):
    first = desk.publish()
    candidate = desk.next_candidate()
    after = newest(desk.settings, candidate)
    assert (one_before(desk.settings, after), after) == (first, candidate)
    second = desk.publish(candidate)
    # Published, the candidate is the current release: what is new is still told against the one before.
    for last in (candidate, None):
        after = newest(desk.settings, last)
        assert (one_before(desk.settings, after), after) == (first, second)
    assert compare(first, second).counts == {"value": 1}


def test_a_first_release_says_that_there_is_nothing_before_it(desk):
    first = desk.publish()
    with pytest.raises(MobilityError, match="no release before it"):
        one_before(desk.settings, newest(desk.settings, desk.candidate))
    assert newest(desk.settings, None) == first


def test_the_command_compares_a_published_release_with_the_one_before(desk, capsys):
    desk.publish()
    desk.publish(desk.next_candidate())
    with pytest.raises(SystemExit) as left:
        cli.main(["release", "diff", "--sample", "--home", str(desk.settings.home)])
    told = capsys.readouterr().out
    assert left.value.code == 0 and "1 other values" in told and "Nothing differs" not in told
