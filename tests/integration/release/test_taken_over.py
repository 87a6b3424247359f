"""Files that are taken over from an earlier candidate or release are those that would have been written."""

from __future__ import annotations

import os
import random
import shutil

import duckdb
import pytest

from orchestration import release
from orchestration.base.files import files_below
from orchestration.base.settings import Settings
from orchestration.release import candidate as building
from orchestration.release import taken_over
from orchestration.release.released_tables import released_tables
from tests.integration.release.conftest import change_byte
from tests.support.verdict import write_verdict

# Few in the suite of all tests: each step is built twice. `make sequences` asks for 50.
SEQUENCES = int(os.environ.get("MOBILITY_SEQUENCES", "1"))
_COUNTY = "csv/11_mobility-metrics_county_longitudinal.csv"
CHANGES = {
    "a value": "update county set share_employed = coalesce(share_employed, 0) + 0.25 where rowid = {n}",
    "a value back": "update county set share_employed = 0.5 where rowid = {n}",
    "a zero": "update county set share_employed = 0.0 where rowid = {n}",
    "zeros below": "create or replace table county as select * replace (case when share_employed = 0 "
    "then -share_employed else share_employed end as share_employed) from county",
    "the long table": "update metric_values set value = value + 1 where cell_id = 1 + {n}",
    "a flag": "update county_income set rate_learning_quality = 'Odd' where rowid = {n}",
    "a row less": "delete from county_gender where rowid = (select min(rowid) + {n} from county_gender)",
    "rows elsewhere": "create or replace table county_age as from county_age order by geoid desc",
    "labels in another order": "update subgroups set position = 100 - position::integer where "
    "subgroup_type = 'income'",
    "a text": "update deviations set why = why || '.' where rowid = {n}",
    "a column's type": "alter table county_disability alter year type bigint",
    "an area's name": "update geographies set name = name || '!' where rowid = {n}",
    "nothing": "select 1",
}


def change(settings, name, number=0):
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(CHANGES[name].format(n=number))


def content(folder):
    """Every file but the verdict."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files_below(folder)
        if path.parent.name != "gate"
    }


def build(settings, monkeypatch):
    """A candidate, and the files that it took from earlier ones."""
    found = []

    def watched(folders):
        found.append(looked(folders))
        return found[-1]

    looked = taken_over.earlier
    with monkeypatch.context() as patch:
        patch.setattr(taken_over, "earlier", watched)
        candidate = release.build_candidate(settings)
    return candidate, set(found[-1].taken)


def build_anew(settings, monkeypatch, candidate):
    """The same candidate with every file written."""
    shutil.rmtree(candidate)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_folders_before", lambda *_: [])
        again, taken = build(settings, monkeypatch)
    assert again == candidate and not taken
    return again


def assert_as_built_anew(settings, monkeypatch):
    candidate, taken = build(settings, monkeypatch)
    carried = content(candidate)
    anew = content(build_anew(settings, monkeypatch, candidate))
    assert sorted(carried) == sorted(anew)
    assert [name for name in anew if carried[name] != anew[name]] == []
    write_verdict(candidate)
    return taken


def test_only_what_changed_is_written(desk, monkeypatch):
    change(desk.settings, "a value")
    taken = assert_as_built_anew(desk.settings, monkeypatch)
    assert len(taken) > 70 and _COUNTY not in taken
    assert not {name for name in taken if "metric_values" in name or name.startswith(("light/", "mobility"))}


def test_a_release_gives_its_files_too(desk, monkeypatch):
    folder = desk.publish()
    for path in desk.settings.candidates_dir.iterdir():
        shutil.rmtree(path)
    change(desk.settings, "a value")
    candidate, taken = build(desk.settings, monkeypatch)
    assert len(taken) > 70
    for name in taken:  # copies: whoever edits the candidate must not change what was published
        assert (candidate / name).stat().st_ino != (folder / name).stat().st_ino


@pytest.fixture(scope="module")
def flagged(made, tmp_path_factory):
    """What a candidate with a changed flag holds when every file is written."""
    home = shutil.copytree(made, tmp_path_factory.mktemp("flagged") / "home")
    settings = Settings(home=home, channel="sample")
    change(settings, "a flag")
    with pytest.MonkeyPatch.context() as patch:
        candidate, _ = build(settings, patch)
        return content(build_anew(settings, patch, candidate))


@pytest.mark.parametrize("damage", ["a byte", "shorter", "gone", "a link"])
def test_a_damaged_file_is_written_anew(desk, flagged, monkeypatch, damage):
    change(desk.settings, "a flag")
    path = desk.candidate / _COUNTY
    if damage == "a byte":
        change_byte(path)
    elif damage == "shorter":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
    if damage == "a link":
        path.symlink_to(desk.candidate / "README.md")
    candidate, taken = build(desk.settings, monkeypatch)
    assert len(taken) > 60 and _COUNTY not in taken
    assert content(candidate) == flagged


def test_nothing_is_taken_that_the_gate_did_not_judge_or_other_code_wrote(desk, monkeypatch):
    change(desk.settings, "a flag")
    with monkeypatch.context() as patch:
        patch.setattr(taken_over, "written_by", lambda: "other code")
        assert build(desk.settings, patch)[1] == set()
    manifest = desk.candidate / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8") + " ", encoding="utf-8")
    for path in desk.settings.candidates_dir.iterdir():
        if path != desk.candidate:
            shutil.rmtree(path)
    assert build(desk.settings, monkeypatch)[1] == set()


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_sequences_of_changes_give_what_a_fresh_build_gives(desk, monkeypatch, seed):
    draw = random.Random(seed)
    for name in draw.sample(sorted(CHANGES), 3):
        change(desk.settings, name, draw.randrange(20))
        assert len(assert_as_built_anew(desk.settings, monkeypatch)) > 60, name


@pytest.mark.parametrize("name", sorted(set(CHANGES) - {"nothing", "the long table", "rows elsewhere"}))
def test_every_change_changes_a_key(desk, name):
    if name == "zeros below":
        change(desk.settings, "a zero", 1)
    before = _keys(desk.settings)
    change(desk.settings, name, 1)
    assert _keys(desk.settings) != before


@pytest.mark.parametrize(
    "moved, with_places_there",
    [
        (CHANGES["labels in another order"], {"county_income", "place_income"}),
        ("update geography_years set frame_row = -frame_row where geography_type = 'county'", "county"),
    ],
)
def test_places_that_other_tables_give_are_in_the_key(desk, moved, with_places_there):
    """The rows of the wide tables are the same, and so is what they lie at in the warehouse."""
    before = _keys(desk.settings)
    with duckdb.connect(str(desk.settings.warehouse)) as connection:
        connection.execute(moved)
        wide = {row[0] for row in connection.execute("select table_name from publications").fetchall()}
    after = _keys(desk.settings)
    if with_places_there == "county":
        with_places_there = {name for name in wide & before.keys() if name.startswith("county")}
    assert {name for name in wide & before.keys() if before[name] != after[name]} == with_places_there


def _keys(settings):
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        found = {}
        for table in released_tables(connection):
            if table.status == "available":
                columns = [row[0] for row in connection.execute(f"describe main.{table.name}").fetchall()]
                places = taken_over.places_of(connection, table)
                found[table.name] = taken_over.key_of(connection, table, columns, places)
        return found
