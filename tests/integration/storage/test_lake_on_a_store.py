"""Raw store and lake of a home on an object store."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import Settings
from orchestration.ingest import lake, refresh
from orchestration.ingest.provenance import inputs
from orchestration.sources.reading import faults
from orchestration.storage.copied import Copied
from orchestration.storage.place import Place
from tests.integration.ingest.conftest import RATES, World
from tests.integration.storage.conftest import Machine
from tests.support.s3 import Trouble, in_front_of


def rows(settings: Settings) -> list[tuple[object, ...]]:
    """What a build finds in the lake."""
    with duckdb.connect() as connection:
        lake.attach(connection, settings)
        found = connection.execute("select * from lake.toy_rates__rates order by all").fetchall()
        return found + connection.execute("select * from lake.toy_people__people order by all").fetchall()


def objects(bucket: str) -> dict[str, str]:
    return Place(f"{bucket}/national").versions("")


def statuses(settings: Settings) -> list[str]:
    return [report.status for report in refresh(settings)]


def test_what_one_machine_took_in_another_finds_and_does_not_read_again(
    world: World, machine: Machine, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrors = {"mirrors": (world.mirror,)}
    assert statuses(machine("a", **mirrors)) == ["new", "new"]
    before = objects(bucket)

    def never(*_: object) -> None:
        raise AssertionError("parsed again")

    there = machine("b", **mirrors)
    with monkeypatch.context() as patch:
        patch.setattr(faults, "parsed", never)
        assert statuses(there) == ["unchanged", "unchanged"] and objects(bucket) == before
    world_rows = rows(there)
    assert len(world_rows) > 4
    world.refresh()
    assert rows(world.settings()) == world_rows  # as in a home that is a folder
    facts = [[item["source"], item["sha256"], item["bytes"]] for item in inputs(there)]
    assert facts == [[item["source"], item["sha256"], item["bytes"]] for item in inputs(world.settings())]
    local = {path.stem for path in world.settings().lake_dir.rglob("*.parquet")}
    in_store = [name for name in before if name.endswith(".parquet")]
    assert {name.rsplit("/", 1)[-1].split(".")[0] for name in in_store} == local


def test_a_changed_file_is_seen_by_the_other_machine(world: World, machine: Machine, bucket: str) -> None:
    mirrors = {"mirrors": (world.mirror,)}
    ours, theirs = machine("a", **mirrors), machine("b", **mirrors)
    refresh(ours)
    before, contents = rows(theirs), set(objects(bucket))
    world.put_rates(RATES.replace("0.25,2", "0.25,3"))
    assert "changed" in statuses(machine("c", **mirrors))
    from orchestration.storage import lake_files

    lake_files.look(theirs)
    assert rows(theirs) != before and contents < set(objects(bucket))  # no content is written over


def test_killed_before_the_receipt_the_content_counts_for_nothing(
    world: World, machine: Machine, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = machine("a", mirrors=(world.mirror,))

    def killed(self: Copied, name: str, content: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        written = Copied.write_json
        patch.setattr(
            Copied,
            "write_json",
            lambda self, name, content: (written if "receipts" in name else killed)(self, name, content),
        )
        refresh(ours, ["toy_rates"])
    assert any(name.endswith(".parquet") for name in objects(bucket))
    there = machine("b", mirrors=(world.mirror,))
    with duckdb.connect() as connection:
        lake.attach(connection, there)
        assert connection.execute("select count(*) from lake.toy_rates__rates").fetchall() == [(0,)]
    assert statuses(there) == ["new", "new"]


def test_a_content_that_the_store_spoilt_is_refused(world: World, machine: Machine, bucket: str) -> None:
    refresh(machine("a", mirrors=(world.mirror,)))
    name = next(name for name in objects(bucket) if "rates" in name and name.endswith(".parquet"))
    content = bytearray(Place(f"{bucket}/national").read(name) or b"")
    content[20] ^= 1
    Place(f"{bucket}/national").write(name, bytes(content))
    with pytest.raises(MobilityError, match="gives back another content") as error:
        rows(machine("b"))
    assert error.value.where == f"{bucket}/national/{name}"
    assert not list(Path(machine("b").home).rglob("*.parquet"))


def test_without_credentials_it_says_what_to_give(
    world: World, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(MobilityError, match="cannot be used as it must be") as error:
        refresh(machine("a", mirrors=(world.mirror,)))
    assert "AWS_ACCESS_KEY_ID" in (error.value.remedy or "")


@pytest.mark.parametrize("trouble", ["500", "cut"])
def test_what_the_store_refuses_is_told_and_half_of_it_is_not_seen(
    world: World, machine: Machine, bucket: str, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    mirrors = {"mirrors": (world.mirror,)}
    refresh(machine("a", **mirrors))
    before = rows(machine("b", **mirrors))
    world.put_rates(RATES.replace("0.25,2", "0.25,3"))
    bad = Trouble(lambda method, path: method == "PUT" and ".parquet" in path, 500, cuts=trouble == "cut")
    with in_front_of(monkeypatch, bad):
        with pytest.raises(MobilityError, match="cannot be used as it must be") as error:
            refresh(machine("a", **mirrors))
        assert bad.struck and ".parquet" in (error.value.where or "")
    assert rows(machine("c", **mirrors)) == before
    assert "changed" in statuses(machine("a", **mirrors)) and rows(machine("a", **mirrors)) != before


def test_a_slow_store_takes_its_time_and_gives_the_same(
    world: World, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(machine("a", mirrors=(world.mirror,)))
    expected = rows(machine("a"))
    slow = Trouble(delay=0.05)
    with in_front_of(monkeypatch, slow):
        assert rows(machine("b")) == expected
