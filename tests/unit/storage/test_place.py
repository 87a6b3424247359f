"""A place of files: what is promised of a folder and of an object store alike."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.storage import place as places
from orchestration.storage.place import Place
from tests.support.s3 import a_bucket


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a local server."""
    with a_bucket(monkeypatch) as address:
        yield f"{address}/place"


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    given = str(tmp_path / "a place") if request.param == "folder" else request.getfixturevalue("s3")
    return Place(given)


def test_what_is_written_is_read_and_listed(place: Place, tmp_path: Path) -> None:
    assert place.read("a/b.json") is None and place.names("a") == [] and place.version("a/b.json") is None
    place.write("a/b.json", b'{"x": 1}')
    (tmp_path / "sent").write_bytes(b"content")
    place.send(tmp_path / "sent", "a/c")
    assert place.read_json("a/b.json") == {"x": 1} and place.names("a") == ["b.json", "c"]
    with place.open("a/c") as file:
        assert file.read() == b"content"
    assert place.sha256("a/c") == "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"


def test_what_is_no_json_object_is_named(place: Place) -> None:
    place.write("x.json", b"[1]")
    with pytest.raises(MobilityError, match=r"x\.json"):
        place.read_json("x.json")


def test_the_version_follows_the_content(place: Place) -> None:
    place.write("x", b"1")
    first = place.version("x")
    assert first == place.version("x")
    place.write("x", b"2")
    assert place.version("x") not in (first, None)


def test_a_name_is_created_once(place: Place) -> None:
    assert place.create("claims/1", b"mine")
    assert not place.create("claims/1", b"theirs")
    assert place.create("claims/1", b"mine")  # the answer was lost, and we ask again
    assert place.read("claims/1") == b"mine" and place.names("claims") == ["1"]


def test_of_many_processes_one_creates(place: Place) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        for name in ("first", "second", "third"):
            won = pool.starmap(_claim, [(place.url, name, str(who)) for who in range(4)])
            assert sum(won) == 1 and place.read(name) == str(won.index(True)).encode()
        pool.close()  # else they are told to end by a signal, which they may have been born to ignore,
        pool.join()  # and would be waited for without end


def test_the_stand_in_for_s3_lets_one_create_also_when_it_is_slow(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two processes above win now and then, on a busy machine, and nobody knows whose fault it is."""
    backend = pytest.importorskip("moto.s3.models").S3Backend
    put = backend.put_object

    def put_slowly(self: Any, *given: Any, **named: Any) -> Any:
        time.sleep(0.2)
        return put(self, *given, **named)

    monkeypatch.setattr(backend, "put_object", put_slowly)
    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda who: Place(s3).create("name", who.encode()), "1234"))
    assert sum(won) == 1


def _claim(url: str, name: str, who: str) -> bool:
    return Place(url).create(name, who.encode())


def test_a_file_system_without_links_creates_once_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(places.os, "link", no_links)
    place = Place(str(tmp_path))
    assert place.create("one", b"mine") and not place.create("one", b"theirs")
    assert place.read("one") == b"mine" and [path.name for path in tmp_path.iterdir()] == ["one"]


def test_what_killed_writers_left_goes_after_a_day_and_no_writer_minds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = tmp_path / ".x.a.new", tmp_path / ".x.b.new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    listed = list(Path.glob(tmp_path, ".x.*.new"))
    gone = tmp_path / ".x.c.new"  # seen in the listing, renamed by its writer before we look at it
    monkeypatch.setattr(Path, "glob", lambda *_: iter([gone, *listed]))
    Place(str(tmp_path)).write("x", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.b.new", "x"]


def test_what_a_writer_of_this_machine_left_goes_at_once_when_it_is_dead(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    of_the_dead = tmp_path / f".x.{places._MACHINE}-{dead.pid}.abc.new"
    of_the_living = tmp_path / f".x.{places._MACHINE}-{os.getpid()}.abc.new"
    elsewhere = tmp_path / f".x.elsewhere-{dead.pid}.abc.new"
    for path in (of_the_dead, of_the_living, elsewhere):
        path.write_bytes(b"half")
    Place(str(tmp_path)).write("x", b"whole")
    assert set(tmp_path.iterdir()) == {of_the_living, elsewhere, tmp_path / "x"}
