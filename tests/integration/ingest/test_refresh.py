"""What a run of the ingestion does when the files are right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of
from orchestration.base.settings import PROJECT_ROOT
from orchestration.ingest import inputs, lake, mirror, mirror_list
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile, Table
from orchestration.storage import lake_files, raw_store
from tests.integration.ingest.conftest import PEOPLE, RATES, World, zipped
from tests.unit.ingest.bad_server import serving, status, whole


def change_file(monkeypatch: pytest.MonkeyPatch, name: str, **changes: object) -> SourceFile:
    source = SOURCES[name]
    file = source.files[0].model_copy(update=changes)
    monkeypatch.setitem(SOURCES, name, source.model_copy(update={"files": (file,)}))
    return file


def change_table(monkeypatch: pytest.MonkeyPatch, name: str, **changes: object) -> Table:
    source = SOURCES[name]
    table = source.tables[0].model_copy(update=changes)
    monkeypatch.setitem(SOURCES, name, source.model_copy(update={"tables": (table,)}))
    return table


def empty_sample(world: World) -> Path:
    """A mirror of the sample channel without files."""
    folder = world.root / "sample"
    folder.mkdir()
    mirror_list.write_list(folder, sample=True)
    return folder


def test_the_lake_holds_the_file_as_it_is_with_types(world: World) -> None:
    report = world.one("toy_rates")
    assert (report.status, report.rows, report.origin) == ("new", {"rates": 3}, "mirror")
    rows = pq.read_table(world.parquet())
    assert rows.column_names == [*SOURCES["toy_rates"].tables[0].columns, "_vintage", "_row"]
    assert rows.to_pylist()[2] == {
        "year": 2021,
        "state": "56",
        "county": "045",
        "rate": None,
        "rate_quality": None,
        "group": "All",
        "_vintage": "2021",
        "_row": 3,
    }


def test_rows_of_several_pieces_are_numbered_through(world: World) -> None:
    world.refresh("toy_people")
    rows = pq.read_table(world.parquet("toy_people")).to_pylist()
    assert [(row["SERIALNO"], row["_partition"], row["_row"]) for row in rows] == [
        ("2018GQ01", "56", 1),
        ("2018HU02", "56", 2),
    ]


def test_an_unchanged_file_is_neither_read_nor_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.refresh()
    before = world.lake()

    def never(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(mirror, "unpack", never)
    monkeypatch.setattr(raw_store, "proved", never)
    assert [report.status for report in world.refresh()] == ["unchanged", "unchanged"]
    assert world.lake() == before


def raw_content(world: World, sha256: str) -> Path:
    """Where a content lies in the raw store of a local home."""
    return world.settings().raw_dir / sha256[:2] / sha256


def test_a_changed_file_is_a_new_raw_object_and_a_line_in_the_receipt(world: World) -> None:
    first = world.one("toy_rates")
    world.put_rates(RATES.replace("0.25,2", "0.25,3"))
    second = world.one("toy_rates")
    assert (second.status, second.changed_from) == ("changed", first.sha256)
    assert first.sha256 in second.reason
    source = SOURCES["toy_rates"]
    book = raw_store.receipt(world.settings(), source.name, source.files[0].vintage, source.files[0].name)
    assert book is not None
    assert [entry["sha256"] for entry in book["received"]] == [first.sha256, second.sha256]
    for entry in book["received"]:
        assert sha256_of(raw_content(world, entry["sha256"])) == entry["sha256"]


def test_a_raw_object_is_the_official_content_and_read_only(world: World) -> None:
    report = world.one("toy_rates")
    raw = raw_content(world, report.sha256)
    assert raw.read_bytes() == RATES.encode()
    assert raw.stat().st_mode & 0o222 == 0


def test_a_new_parser_or_record_makes_the_lake_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.refresh("toy_rates")
    newer = SOURCES["toy_rates"].model_copy(update={"parser_version": 2})
    monkeypatch.setitem(SOURCES, "toy_rates", newer)
    assert world.one("toy_rates").status == "changed"
    change_table(monkeypatch, "toy_rates", ranges={"rate": (0.0, 2.0)})
    assert world.one("toy_rates").status == "changed"
    assert world.one("toy_rates").status == "unchanged"


def test_the_first_mirror_that_has_a_file_wins(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other")
    other.put_rates(RATES.replace("0.25,2", "0.25,1"))
    mirrors = {"mirrors": (other.mirror, world.mirror)}
    first = world.one("toy_rates", **mirrors)
    (other.mirror / "toy_rates/2021/rates.csv.gz").unlink()
    second = world.one("toy_rates", **mirrors)
    assert second.changed_from == first.sha256


def test_a_folder_of_mirrors_stands_for_those_in_it(world: World) -> None:
    assert world.one("toy_rates", mirrors=(world.root,)).status == "new"


def test_a_folder_without_a_list_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(MobilityError, match="has no list"):
        world.refresh(mirrors=(tmp_path / "empty",))


def test_a_file_that_is_not_listed_is_not_used(world: World) -> None:
    (world.mirror / "MIRROR.csv").write_text("path,bytes,sha256\n", encoding="utf-8")
    assert [report.status for report in world.refresh()] == ["absent", "absent"]


def test_the_shipped_mirror_is_the_last_and_never_for_the_sample(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (mirror, mirror_list):
        monkeypatch.setattr(module, "SHIPPED_MIRROR", world.mirror)
    assert world.one("toy_rates", mirrors=()).origin == "shipped mirror"
    assert world.one("toy_rates", mirrors=(empty_sample(world),), channel="sample").status == "absent"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("rates.csv,many,%s" % ("0" * 64), "rates.csv, many, 0000"),
        ("rates.csv,12,12ab", "rates.csv, 12, 12ab"),
        ("rates.csv", "rates.csv, no bytes, no sha256"),
        (",12,%s" % ("0" * 64), "no path, 12"),
    ],
)
def test_a_line_of_the_list_that_means_nothing_is_named(world: World, line: str, found: str) -> None:
    place = world.mirror / mirror_list.LIST_NAME
    place.write_text(f"path,bytes,sha256\n{line}\n", encoding="utf-8")
    with pytest.raises(MobilityError) as error:
        world.refresh()
    assert error.value.where == f"{place}, line 2" and found in (error.value.found or "")


def test_a_file_that_is_nowhere_is_absent_and_says_how_to_bring_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    report = world.one("toy_rates")
    assert report.status == "absent"
    assert "toy_rates/2021/rates.csv" in report.reason
    change_file(
        monkeypatch, "toy_rates", form_settings="all counties, CSV", url="https://agency.example/form"
    )
    assert "save rates.csv from https://agency.example/form as " in world.one("toy_rates").reason
    change_file(monkeypatch, "toy_rates", paged=True)
    assert "save rates.csv as " in world.one("toy_rates").reason
    by_hand = SOURCES["toy_rates"].model_copy(update={"access": "manual"})
    monkeypatch.setitem(SOURCES, "toy_rates", by_hand)
    reason = world.one("toy_rates").reason
    assert "open https://agency.example/form; choose: all counties, CSV; save it as " in reason


def test_a_required_file_that_is_nowhere_stops_the_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    change_file(monkeypatch, "toy_rates", required=True)
    with pytest.raises(MobilityError, match="A file that every run needs is not at hand") as error:
        world.refresh()
    assert error.value.where == "toy_rates, vintage 2021: rates.csv"
    assert world.one("toy_people").status == "unchanged"


def test_an_unknown_source_is_refused_with_a_guess(world: World) -> None:
    with pytest.raises(MobilityError, match=r"did you mean toy_rates\?"):
        world.refresh("toy_rate")


@pytest.mark.parametrize("place", ["rates.csv", "toy_rates/rates.csv", "toy_rates/2021/rates.csv"])
def test_the_inbox_comes_first(world: World, tmp_path: Path, place: str) -> None:
    brought = tmp_path / "brought" / place
    brought.parent.mkdir(parents=True)
    brought.write_text(RATES.replace("0.25,2", "0.25,3"), encoding="utf-8")
    report = world.one("toy_rates", inbox=tmp_path / "brought")
    assert (report.status, report.origin) == ("new", "inbox")
    assert world.one("toy_rates", inbox=tmp_path / "brought").status == "unchanged"


def test_a_page_in_the_inbox_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "brought").mkdir()
    (tmp_path / "brought" / "rates.csv").write_text("<html>Please log in</html>", encoding="utf-8")
    with pytest.raises(MobilityError, match="a web page") as error:
        world.refresh("toy_rates", inbox=tmp_path / "brought")
    assert world.lake() == {}
    assert error.value.where == str(tmp_path / "brought" / "rates.csv")
    assert "from https://agency.example and put it in its place" in (error.value.remedy or "")
    assert "browser" not in str(error.value)  # no address was asked


@pytest.mark.parametrize("from_inbox", [True, False])
def test_a_refused_file_is_told_with_where_it_lies(world: World, tmp_path: Path, from_inbox: bool) -> None:
    wrong, place = RATES.replace("0.25", "x"), tmp_path / "brought" / "rates.csv"
    place.parent.mkdir()
    if from_inbox:
        place.write_text(wrong, encoding="utf-8")
        told = f"; from the inbox, {place}"
    else:
        world.put_rates(wrong)
        told = f"; from the mirror, {world.mirror}"
    with pytest.raises(MobilityError) as error:
        world.refresh("toy_rates", inbox=place.parent)
    assert told in (error.value.where or "")
    with pytest.raises(MobilityError, match="found 'x'"):  # found again, from the raw store
        world.refresh("toy_rates", inbox=place.parent)


def test_a_file_that_is_not_the_promised_one_is_told_with_where_it_lies(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_file(monkeypatch, "toy_rates", sha256="0" * 64)
    with pytest.raises(MobilityError, match="not the one that") as error:
        world.refresh("toy_rates")
    assert f"rates.csv; from the mirror, {world.mirror}" in (error.value.where or "")


def test_what_was_received_stays_at_hand(world: World) -> None:
    world.refresh()
    shutil.rmtree(world.mirror / "toy_rates")
    assert world.one("toy_rates").status == "unchanged"


def test_a_refused_file_that_is_gone_does_not_come_back(world: World, tmp_path: Path) -> None:
    good = world.one("toy_rates")
    (tmp_path / "brought").mkdir()
    (tmp_path / "brought" / "rates.csv").write_text(RATES.replace("0.25", "x"), encoding="utf-8")
    with pytest.raises(MobilityError, match="found 'x' in data row 2"):
        world.refresh("toy_rates", inbox=tmp_path / "brought")
    shutil.rmtree(world.mirror / "toy_rates")
    report = world.one("toy_rates")
    assert (report.status, report.sha256) == ("unchanged", good.sha256)


def test_the_network_is_asked_only_if_allowed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    with serving(whole(RATES.encode(), ETag='"1"')) as server:
        change_file(monkeypatch, "toy_rates", url=server.url)
        assert world.one("toy_rates").status == "absent"
        sample = {"channel": "sample", "mirrors": (empty_sample(world),)}
        assert world.one("toy_rates", download=True, **sample).status == "absent"
        assert server.requests == []
        assert world.one("toy_rates", download=True).origin == "download"
    assert world.one("toy_rates").status == "unchanged"


def test_a_file_changed_by_the_agency_under_its_name_is_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    changed = RATES.replace("0.25,2", "0.25,3").encode()
    with serving(whole(RATES.encode()), whole(changed)) as server:
        change_file(monkeypatch, "toy_rates", url=server.url)
        first = world.one("toy_rates", download=True)
        second = world.one("toy_rates", download=True)
    assert (second.status, second.changed_from) == ("changed", first.sha256)


def test_a_broken_download_leaves_the_last_good_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    with serving(whole(RATES.encode()), whole(b"<html>Maintenance</html>")) as server:
        change_file(monkeypatch, "toy_rates", url=server.url)
        world.one("toy_rates", download=True)
        before = world.lake()
        with pytest.raises(MobilityError, match="a web page"):
            world.one("toy_rates", download=True)
    assert world.lake() == before


def test_a_refused_download_says_what_a_person_does(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(world.mirror / "toy_rates")
    with serving(status(403)) as server:
        change_file(monkeypatch, "toy_rates", url=server.url, form_settings="sign the guestbook, choose CSV")
        with pytest.raises(MobilityError, match="status 403") as error:
            world.one("toy_rates", download=True)
    told = str(error.value)
    assert "by hand, at https://agency.example: sign the guestbook, choose CSV; then save rates.csv" in told
    assert "inbox/toy_rates/2021/rates.csv" in told


def test_inputs_are_what_the_lake_was_made_of_without_times(world: World) -> None:
    good = world.one("toy_rates")
    world.put_rates(RATES.replace("0.25", "x"))
    with pytest.raises(MobilityError):
        world.refresh("toy_rates")
    (listed,) = inputs(world.settings())
    assert listed == {
        "source": "toy_rates",
        "vintage": "2021",
        "partition": None,
        "file": "rates",
        "official_name": "rates.csv",
        "access": "download",
        "origin": "mirror",
        "url": None,
        "tables": ["rates"],
        "mirror_path": "toy_rates/2021/rates.csv.gz",
        "found_in": "",
        "sha256": good.sha256,
        "bytes": len(RATES),
    }


def test_the_same_files_give_the_same_lake_anywhere(world: World, tmp_path: Path) -> None:
    """Another home, locale, time zone and number of threads: the same bytes."""
    world.refresh()
    script = (
        "import sys; from pathlib import Path; from tests.integration.ingest import conftest as c;"
        "from orchestration.sources import SOURCES; from orchestration.ingest import mirror;"
        "SOURCES.clear(); SOURCES.update({s.name: s for s in (c.PEOPLE_SOURCE, c.RATES_SOURCE)});"
        "mirror.SHIPPED_MIRROR = Path('/nowhere'); c.World(Path(sys.argv[1])).refresh(threads=1)"
    )
    other = tmp_path / "elsewhere"
    environment = {**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", script, str(other)], check=True, cwd=PROJECT_ROOT, env=environment)
    assert World(other).lake() == world.lake()


def test_killed_between_parquet_and_receipt_the_next_run_mends_it(world: World) -> None:
    world.refresh("toy_rates")
    before = world.lake()
    world.parquet().with_suffix(".json").unlink()
    world.parquet().with_name(".rates.parquet.draft").write_bytes(b"half")
    assert world.one("toy_rates").status == "new"
    assert world.lake() == before


def attached(world: World, **changes: object) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    lake.attach(connection, world.settings(**changes))
    return connection


def test_attach_gives_views_and_empty_tables(world: World) -> None:
    world.refresh("toy_rates")
    connection = attached(world)
    assert connection.sql("from lake.run_context").fetchall() == [("national",)]
    assert connection.sql("select sum(rate) from lake.toy_rates__rates").fetchall() == [(0.35,)]
    empty = connection.sql("from lake.toy_people__people")
    assert empty.fetchall() == []
    assert dict(zip(empty.columns, map(str, empty.types), strict=True)) == {
        "SERIALNO": "VARCHAR",
        "ST": "VARCHAR",
        "AGEP": "INTEGER",
        "_vintage": "VARCHAR",
        "_partition": "VARCHAR",
        "_row": "BIGINT",
    }


def test_attach_again_replaces_an_empty_table_by_a_view(world: World) -> None:
    connection = attached(world)
    world.refresh()
    lake.attach(connection, world.settings())
    assert connection.sql("select count(*) from lake.toy_people__people").fetchall() == [(2,)]


def test_vintages_with_other_columns_are_united_by_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SOURCES["toy_rates"]
    table = source.tables[0].model_copy(
        update={
            "columns": source.tables[0].columns | {"note": "VARCHAR"},
            "absent": {"2021": ("note",), "2022": ("rate_quality",)},
        }
    )
    later = source.files[0].model_copy(update={"vintage": "2022"})
    united = source.model_copy(update={"tables": (table,), "files": (*source.files, later)})
    monkeypatch.setitem(SOURCES, "toy_rates", united)
    world.refresh("toy_rates")
    only_first = attached(world).sql("select distinct note from lake.toy_rates__rates").fetchall()
    assert only_first == [(None,)]
    world.put("toy_rates/2022/rates.csv", "year,state,county,rate,group,note\n2022,01,001,0.5,All,fine\n")
    world.list()
    world.refresh("toy_rates")
    rows = attached(world).sql("select _vintage, rate_quality, note from lake.toy_rates__rates order by all")
    assert rows.fetchall()[-1] == ("2022", None, "fine")


def test_a_file_laid_into_the_lake_by_hand_is_refused(world: World) -> None:
    world.refresh("toy_rates")
    place = world.parquet()
    pq.write_table(pq.read_table(place).slice(0, 1), place)
    with pytest.raises(
        MobilityError, match="A file lies in the lake that ingestion did not put there"
    ) as error:
        attached(world)
    assert error.value.where == str(place)
    place.with_suffix(".json").unlink()
    with pytest.raises(MobilityError, match="it has no receipt"):
        attached(world)


def test_a_build_does_not_hash_what_ingestion_or_a_build_hashed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(lake_files, "sha256_of", lambda path: read.append(path.name) or sha256_of(path))
    world.refresh("toy_rates")
    attached(world)
    assert read == []
    # A home that was copied, or written by an earlier version: each file is hashed once, and noted.
    (world.settings().runs_dir / "lake_proved.json").unlink()
    attached(world)
    attached(world)
    assert read == ["rates.parquet"]


def test_a_changed_byte_is_found_though_size_and_time_are_as_before(world: World) -> None:
    world.refresh("toy_rates")
    attached(world)
    place, facts = world.parquet(), world.parquet().stat()
    content = bytearray(place.read_bytes())
    content[20] ^= 1
    place.write_bytes(content)
    os.utime(place, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(MobilityError, match="its content is not the one of its receipt"):
        attached(world)


def test_other_content_is_taken_in_though_size_and_time_are_as_before(world: World, tmp_path: Path) -> None:
    """A tool that copies may set the time back, of content that somebody corrected by a digit."""
    brought = tmp_path / "brought" / "toy_rates" / "2021" / "rates.csv"
    brought.parent.mkdir(parents=True)
    brought.write_text(RATES, encoding="utf-8")
    first = world.one("toy_rates", inbox=tmp_path / "brought")
    facts = brought.stat()
    corrected = RATES.replace("0.25,2", "0.25,3")
    assert corrected != RATES and len(corrected) == len(RATES)
    brought.write_text(corrected, encoding="utf-8")
    os.utime(brought, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    second = world.one("toy_rates", inbox=tmp_path / "brought")
    assert (second.status, second.changed_from) == ("changed", first.sha256)


def test_a_lake_file_of_the_other_channel_is_refused(world: World) -> None:
    world.refresh("toy_rates")
    place = world.parquet()
    receipt = place.with_suffix(".json")
    receipt.write_text(json.dumps(json.loads(receipt.read_text()) | {"channel": "sample"}), encoding="utf-8")
    with pytest.raises(MobilityError, match="its receipt is of the sample channel"):
        attached(world)


def test_the_channels_refuse_each_others_mirrors(world: World) -> None:
    with pytest.raises(
        MobilityError, match="A mirror of the national channel was given to the sample channel"
    ):
        world.refresh(channel="sample")
    mirror_list.write_list(world.mirror, sample=True)
    with pytest.raises(
        MobilityError, match="A mirror of the sample channel was given to the national channel"
    ):
        world.refresh()


def test_real_states_cannot_enter_the_sample(world: World) -> None:
    world.put_people(zipped(**{"psam_p56.csv": PEOPLE.replace("56", "99").replace("99,7", "56,7")}))
    mirror_list.write_list(world.mirror, sample=True)
    with pytest.raises(MobilityError, match="only rows of the invented state 99") as error:
        world.refresh("toy_people", channel="sample")
    assert "'56' in data row 2" in str(error.value)
