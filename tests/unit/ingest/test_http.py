from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Download, Patience, download, seconds_asked
from tests.unit.ingest.bad_server import (
    BadServer,
    cut,
    dripping,
    resumable,
    serving,
    silent,
    status,
    whole,
)

BODY = b"state,county,value\n" + b"01,001,12.5\n" * 400
QUICK = Patience(
    attempts=3,
    connect=2,
    silence=0.3,
    slow_window=0.2,
    slow_bytes=1000,
    first_pause=0.001,
    longest_pause=0.01,
)


def fetch(server: BadServer, folder: Path, name: str = "file.csv", **options: object) -> Download | None:
    return download(server.url, folder / "part", name, patience=QUICK, **options)  # type: ignore[arg-type]


def content(got: Download | None) -> bytes:
    assert got is not None
    return got.path.read_bytes()


def test_a_file_arrives_whole_with_its_hash_and_headers(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with serving(whole(BODY, ETag='"1"')) as server:
        got = fetch(server, tmp_path, on_bytes=lambda *numbers: told.append(numbers))
    assert got is not None
    assert content(got) == BODY
    assert (got.sha256, got.bytes) == (hashlib.sha256(BODY).hexdigest(), len(BODY))
    assert got.headers["etag"] == '"1"'
    assert told[-1] == (len(BODY), len(BODY))
    assert server.requests[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_a_passing_error_is_tried_again(tmp_path: Path, code: int) -> None:
    with serving(status(code), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert len(server.requests) == 2


def test_an_error_that_stays_is_told_after_the_last_attempt(tmp_path: Path) -> None:
    with serving(status(503)) as server, pytest.raises(MobilityError, match="status 503, 3 times") as error:
        fetch(server, tmp_path)
    assert len(server.requests) == 3
    assert error.value.where == server.url


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_lasting_error_is_not_tried_again(tmp_path: Path, code: int) -> None:
    with serving(status(code)) as server, pytest.raises(MobilityError, match=f"status {code}"):
        fetch(server, tmp_path)
    assert len(server.requests) == 1


def test_a_cut_body_is_continued_where_it_stopped(tmp_path: Path) -> None:
    with serving(cut(BODY, 1000, ETag='"1"'), resumable(BODY, '"1"')) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert server.requests[1]["range"] == "bytes=1000-"
    assert server.requests[1]["if-range"] == '"1"'


def test_what_arrived_is_used_by_a_later_run(tmp_path: Path) -> None:
    with serving(cut(BODY, 1000, ETag='"1"'), status(503)) as server, pytest.raises(MobilityError):
        fetch(server, tmp_path)
    with serving(resumable(BODY, '"1"')) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert server.requests[0]["range"] == "bytes=1000-"


def test_a_file_that_changed_meanwhile_is_fetched_from_the_start(tmp_path: Path) -> None:
    new = BODY.replace(b"12.5", b"99.9")
    with serving(cut(BODY, 1000, ETag='"1"'), resumable(new, '"2"')) as server:
        assert content(fetch(server, tmp_path)) == new


def test_without_a_proof_of_sameness_nothing_is_continued(tmp_path: Path) -> None:
    with serving(cut(BODY, 1000, ETag='W/"1"'), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert "range" not in server.requests[1]


def test_a_server_that_continues_elsewhere_is_not_believed(tmp_path: Path) -> None:
    def elsewhere(handler: object) -> None:
        place = f"bytes 500-{len(BODY) - 1}/{len(BODY)}"
        handler.reply(206, BODY[500:], Content_Range=place)  # type: ignore[attr-defined]

    with serving(cut(BODY, 1000, ETag='"1"'), elsewhere, whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY


def test_a_range_that_is_refused_starts_anew(tmp_path: Path) -> None:
    with serving(cut(BODY, 1000, ETag='"1"'), status(416), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert "range" not in server.requests[2]


def test_a_body_that_always_breaks_off_is_an_error(tmp_path: Path) -> None:
    with serving(cut(BODY, 1000)) as server, pytest.raises(MobilityError, match="the connection was cut"):
        fetch(server, tmp_path)
    assert len(server.requests) == 3


def test_a_silent_server_is_left_and_asked_again(tmp_path: Path) -> None:
    with serving(silent(1.0), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY


def test_a_server_that_drips_is_an_error(tmp_path: Path) -> None:
    with (
        serving(dripping(BODY, 0.02)) as server,
        pytest.raises(MobilityError, match=r"bytes in 0\.2 seconds"),
    ):
        fetch(server, tmp_path)


def test_nobody_there(tmp_path: Path) -> None:
    with serving(whole(BODY)) as server:
        pass
    with pytest.raises(MobilityError, match="no connection"):
        fetch(server, tmp_path)


def test_redirections_in_a_circle_end(tmp_path: Path) -> None:
    with (
        serving(status(302, Location="/file.csv")) as server,
        pytest.raises(MobilityError, match="more than 10 redirections"),
    ):
        fetch(server, tmp_path)


def test_a_redirection_is_followed(tmp_path: Path) -> None:
    with serving(status(302, Location="/moved.csv"), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY


def test_the_server_decides_how_long_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    with serving(status(429, Retry_After="7"), whole(BODY)) as server:
        assert content(fetch(server, tmp_path)) == BODY
    assert waited == [7.0]


def test_a_wait_that_is_too_long_is_told_and_not_waited(tmp_path: Path) -> None:
    with (
        serving(status(503, Retry_After="86400")) as server,
        pytest.raises(MobilityError, match="86,400 seconds"),
    ):
        fetch(server, tmp_path)
    assert len(server.requests) == 1


def test_pauses_grow_and_are_jittered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", waited.append)
    patient = Patience(attempts=5, first_pause=1, longest_pause=60)
    with serving(status(500)) as server, pytest.raises(MobilityError):
        download(server.url, tmp_path / "part", "file.csv", patience=patient)
    assert len(waited) == 4
    assert waited == sorted(waited)
    assert all(2**i <= pause <= 2**i + 1 for i, pause in enumerate(waited))
    assert any(pause != 2**i for i, pause in enumerate(waited))


def test_retry_after_may_be_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60))
    asked = seconds_asked(in_a_minute)
    assert asked is not None
    assert 50 < asked <= 60
    assert seconds_asked("soon") is None
    assert seconds_asked(None) is None


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>Not found</html>", b"\n <html><body>Log in</body></html>"]
)
def test_an_error_page_with_status_200_is_refused_and_not_kept(tmp_path: Path, page: bytes) -> None:
    with serving(whole(page)) as server, pytest.raises(MobilityError, match="a web page"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_page_by_its_declared_type_is_refused(tmp_path: Path) -> None:
    with (
        serving(whole(b"Sorry, come back later", Content_Type="text/html")) as server,
        pytest.raises(MobilityError, match="begins with 'Sorry, come back later'"),
    ):
        fetch(server, tmp_path)


def test_an_empty_body_is_refused(tmp_path: Path) -> None:
    with serving(whole(b"")) as server, pytest.raises(MobilityError, match="an empty one"):
        fetch(server, tmp_path)


def test_a_zip_that_is_none_is_refused(tmp_path: Path) -> None:
    with (
        serving(whole(BODY)) as server,
        pytest.raises(MobilityError, match=r"expected: +a complete .zip archive"),
    ):
        fetch(server, tmp_path, "file.zip")


def test_a_damaged_zip_member_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.csv", BODY)
    damaged = packed.getvalue().replace(b"12.5", b"13.5", 1)
    with serving(whole(damaged)) as server, pytest.raises(MobilityError, match=r"data\.csv"):
        fetch(server, tmp_path, "file.zip")


def test_what_is_current_is_not_fetched_again(tmp_path: Path) -> None:
    def only_if_new(handler: object) -> None:
        handler.reply(304 if handler.headers.get("If-None-Match") == '"1"' else 200, b"")  # type: ignore[attr-defined]

    with serving(only_if_new) as server:
        assert fetch(server, tmp_path, known_headers={"etag": '"1"'}) is None
