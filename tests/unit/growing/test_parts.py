"""Parts of `make grow` that need neither database nor broker: door, store, comparison, table, settings."""

from __future__ import annotations

import http.client
import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from orchestration.base.settings import PROJECT_ROOT
from orchestration.storage.place import Place
from tests.growing import archives, comparing
from tests.growing.door import Door, Passed
from tests.growing.processes import Process, free_port
from tests.growing.telling import Told

CLUSTER = PROJECT_ROOT / "docs" / "cluster"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def door() -> Iterator[Door]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    one = Door(free_port(), server.server_port)
    yield one
    one.close()
    server.shutdown()
    server.server_close()


def test_the_door_passes_all_bytes_and_counts_requests(door: Door) -> None:
    body = b"x" * 300_000
    caller = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    for _ in range(3):
        caller.request("PUT", "/", body)
        assert caller.getresponse().read() == body
    assert door.passed.requests == 3  # on one connection, each in many pieces
    assert door.passed.sent > 3 * len(body) and door.passed.fetched > 3 * len(body)


def test_a_door_that_is_shut_cuts_who_is_there_and_lets_nobody_in(door: Door) -> None:
    caller = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    caller.request("PUT", "/", b"1")
    caller.getresponse().read()
    door.shut()
    for one in (caller, http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)):
        one.auto_open = 0 if one is caller else 1
        with pytest.raises((OSError, http.client.HTTPException)):
            one.request("PUT", "/", b"2")
            one.getresponse()
    door.reopen()
    again = http.client.HTTPConnection("127.0.0.1", door.port, timeout=30)
    again.request("PUT", "/", b"3")
    assert again.getresponse().read() == b"3"


def test_the_store_has_after_a_kill_what_it_had_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3fs, port = pytest.importorskip("s3fs"), free_port()
    record, log = tmp_path / "store.jsonl", tmp_path / "store.log"
    command = [sys.executable, "-m", "tests.growing.store", str(port), str(record)]
    store = Process("the store", command, log, folder=PROJECT_ROOT)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "t", "AWS_SECRET_ACCESS_KEY": "t",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    def started() -> Place:
        log.unlink(missing_ok=True)
        store.start()
        store.wait_until(lambda: b"ready" in log.read_bytes(), 120)
        s3fs.S3FileSystem.clear_instance_cache()
        return Place("s3://office/home")

    try:
        place = started()
        assert place.create("one", b"first") and place.create("claim", b"mine")
        place.write("two words", b"\x00\xff" * 100)
        place.write("one", b"second")
        before = place.versions("")
        store.kill()
        with record.open("ab") as torn:
            torn.write(b'{"method": "PUT", "url": "http://127.0')
        place = started()
        assert place.versions("") == before and len(before) == 3
        assert (place.read("one"), place.read("two words")) == (b"second", b"\x00\xff" * 100)
        assert not place.create("claim", b"another's")
        place.write("three", b"later")
        store.kill()
        assert started().read("three") == b"later"
    finally:
        store.kill()


def test_a_process_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no room')"]
    process = Process("the broker", command, tmp_path / "log", folder=PROJECT_ROOT)
    process.start()
    with pytest.raises(RuntimeError, match=r"the broker ended(.|\n)*no room"):
        process.wait_until(lambda: False, 60)


def test_what_differs_is_named_and_makes_the_trial_fail() -> None:
    assert comparing.differences({"a": "1", "b": "2"}, {"a": "1", "b": "2"}) == []
    found = comparing.differences({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "9", "d": "4"})
    assert found == ["b", "c", "d"]
    told = Told()
    with told.row("releases compared") as row:
        told.refuse(row, found, "the same")
    assert told.wrong == [f"releases compared: {name}" for name in found]
    assert "**3 differ**: b, c, d" in str(told)


def test_a_row_has_what_went_to_the_store_while_it_was_made() -> None:
    class Counted:
        passed = Passed(5, 1_000_000, 0)

    told = Told(Counted())  # type: ignore[arg-type]
    with told.row("backfill") as row:
        row.runs = "50"
        Counted.passed = Passed(9, 3_500_000, 200_000)
    assert row.passed == Passed(4, 2_500_000, 200_000)
    assert "| 50 | 4 | 2.5 | 0.2 |" in str(told)


def test_releases_are_compared_by_the_bytes_that_are_there(tmp_path: Path) -> None:
    place = Place(str(tmp_path))
    place.write("current.json", b'{"version": "2026-01-01"}')
    place.write("releases/2026-01-01/csv/a.csv", b"1\n")
    place.write("releases/2025-12-31/b.csv", b"2\n")
    found = comparing.release_in(place)
    assert list(found) == ["csv/a.csv"]
    other = tmp_path / "other"
    (other / "csv").mkdir(parents=True)
    (other / "csv" / "a.csv").write_bytes(b"1\n")
    (other / "gate.json").write_bytes(b"{}")
    assert comparing.differences(found, comparing.hashes_below(other)) == ["gate.json"]
    (other / "csv" / "a.csv").write_bytes(b"1 \n")
    assert comparing.differences(found, comparing.hashes_below(other)) == ["csv/a.csv", "gate.json"]


def test_the_states_that_are_tried_have_files_and_totals_in_every_vintage() -> None:
    totals = archives.SOURCE.table("persons").control_totals
    for vintage in archives.VINTAGES:
        tolerance = {total.partition: total.tolerance for total in totals[vintage]}
        for state in archives.STATES:
            assert sum((one.vintage, one.partition) == (vintage, state) for one in archives.SOURCE.files) == 2
            assert tolerance[state] > 0  # invented people do not meet a total to the person


def test_the_sample_has_a_part_of_sums_for_every_vintage(tmp_path: Path) -> None:
    files = tuple(file for file in archives.SOURCE.files if file.channel == "sample")
    work = archives.Work("sample", tmp_path, files)
    assert {part.state for part in work.summed} == {"ss"} and {part.state for part in work.parts} == {
        "ss",
        "us",
    }
    assert [part.vintage for part in work.summed] == [part.vintage for part in work.parts]
    assert work.lacking() == list(files)


def test_workers_are_set_up_as_the_office_but_do_not_watch_runs() -> None:
    office, worker = (
        yaml.safe_load((CLUSTER / kind / "dagster.yaml").read_text(encoding="utf-8"))
        for kind in ("office", "worker")
    )
    assert office.pop("run_monitoring")["enabled"] is True
    assert office == worker


def test_the_compose_file_gives_every_service_what_the_settings_ask_for() -> None:
    compose = yaml.safe_load((CLUSTER / "compose.yaml").read_text(encoding="utf-8"))
    asked = {"MOBILITY_DATABASE", "MOBILITY_BROKER", "MOBILITY_RESULTS", "MOBILITY_HOME", "DAGSTER_HOME"}
    for name in ("pages", "daemon", "worker"):
        service = compose["services"][name]
        assert asked <= service["environment"].keys(), name
        (folder,) = (Path(mount.split(":")[0]) for mount in service["volumes"] if mount.startswith("./"))
        assert (CLUSTER / folder / "dagster.yaml").is_file()


def test_ports_are_free() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", free_port()))
