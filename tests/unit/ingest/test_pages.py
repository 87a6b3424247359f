"""An answer in pages from a server that behaves badly: all of it, or an error that says what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.ingest import pages
from orchestration.ingest.http import Patience
from tests.unit.ingest.bad_server import Answer, BadServer, Handler, cut, serving, status, whole

QUICK = Patience(
    attempts=3, connect=2, silence=1, slow_window=1, slow_bytes=10, first_pause=0.001, longest_pause=0.01
)
LIMIT = b'{"detail": "Request was throttled. Expected available in 42 seconds."}'


def page(number: int, last: int = 3, count: int = 6, results: int = 2, at: str = "/file.csv") -> bytes:
    following = None if number == last else f"http://somewhere.else{at}?page={number + 1}"
    rows = [{"ncessch": f"{number}{row}"} for row in range(results)]
    return json.dumps(
        {"count": count, "next": following, "previous": None, "results": rows}, indent=1
    ).encode()


def asked(server: BadServer) -> list[str]:
    return [request["path"] for request in server.requests]


def noting(answer: Answer) -> Answer:
    """The same answer; the request's path is kept with its headers."""

    def play(handler: Handler) -> None:
        handler.server.requests[-1]["path"] = handler.path
        answer(handler)

    return play


def fetched(tmp_path: Path, *answers: Answer, **more: Any) -> tuple[list[dict[str, Any]] | None, list[str]]:
    with serving(*map(noting, answers)) as server:
        got = pages.download(server.url, tmp_path / "part", patience=QUICK, **more)
        seen = asked(server)
    if got is None:
        return None, seen
    content = got.path.read_bytes()
    assert got.bytes == len(content) and content.endswith(b"\n")
    return [json.loads(line) for line in content.splitlines()], seen


def test_all_pages_come_in_their_order_from_the_address_that_was_asked(tmp_path: Path) -> None:
    """The pages name another host: only the question is taken from them."""
    got, seen = fetched(tmp_path, whole(page(1)), whole(page(2)), whole(page(3)))
    assert got is not None and [row["ncessch"] for one in got for row in one["results"]] == [
        "10", "11", "20", "21", "30", "31",
    ]  # fmt: skip
    assert seen == ["/file.csv", "/file.csv?page=2", "/file.csv?page=3"]


def test_a_limit_of_requests_a_cut_and_a_busy_server_are_waited_for(tmp_path: Path) -> None:
    busy, limited, broken = status(429, Retry_After="0"), whole(LIMIT), cut(page(3), 20)
    answers = (busy, whole(page(1)), limited, whole(page(2)), broken, whole(page(3)))
    got, seen = fetched(tmp_path, *answers)
    assert got is not None and len(got) == 3 and len(seen) == 6


def test_a_limit_that_stays_is_told_and_the_pages_that_came_are_kept(tmp_path: Path) -> None:
    with pytest.raises(MobilityError) as error:
        fetched(tmp_path, whole(page(1)), whole(page(2)), whole(LIMIT))
    assert "Request was throttled" in str(error.value) and "?page=3" in str(error.value.where)
    assert len((tmp_path / "part").read_bytes().splitlines()) == 2
    got, seen = fetched(tmp_path, whole(page(3)))
    assert got is not None and len(got) == 3 and seen == ["/file.csv?page=3"], "it goes on where it stopped"


def test_a_page_that_was_cut_off_on_the_disk_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(page(1).replace(b"\n", b" ") + b"\n" + page(2)[:30])
    got, seen = fetched(tmp_path, whole(page(2)), whole(page(3)))
    assert got is not None and len(got) == 3 and seen == ["/file.csv?page=2", "/file.csv?page=3"]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ((page(1), page(2, last=2)), "4 results on 2 pages"),
        ((page(1), page(2, count=7)), "count 7, while the pages before it say 6"),
        ((page(1), page(2, results=5)), "7 results, more than the 6"),
        ((page(1), page(2, results=0)), "no results, but a next page"),
    ],
    ids=["a page short", "another count", "too many", "empty in the middle"],
)
def test_pages_that_do_not_belong_together_are_no_file(
    tmp_path: Path, answers: tuple[bytes, ...], found: str
) -> None:
    with pytest.raises(MobilityError, match="do not belong together") as error:
        fetched(tmp_path, *map(whole, answers))
    assert found in str(error.value) and not (tmp_path / "part").exists()


def test_a_web_page_and_another_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="a web page"):
        fetched(tmp_path, whole(b"<html>Too many requests</html>", Content_Type="text/html"))
    with pytest.raises(MobilityError, match="at another address"):
        fetched(tmp_path / "b", whole(page(1, at="/elsewhere/")))


@pytest.mark.parametrize(("number", "new"), [(None, b""), (1, page(1, count=8)), (3, page(3, count=8))])
def test_an_answer_that_did_not_change_is_not_fetched_again(
    tmp_path: Path, number: int | None, new: bytes
) -> None:
    """Its first and last page tell."""
    fetched(tmp_path, whole(page(1)), whole(page(2)), whole(page(3)))
    held = (tmp_path / "part").rename(tmp_path / "held")
    served = {one: page(one) for one in (1, 2, 3)} | ({number: new} if number else {})

    def answer(handler: Handler) -> None:
        handler.reply(200, served[int(handler.path.rpartition("=")[2] or 1) if "=" in handler.path else 1])

    if number is None:
        got, seen = fetched(tmp_path, answer, held=held)
        assert got is None and seen == ["/file.csv", "/file.csv?page=3"]
    else:
        with pytest.raises(MobilityError, match="do not belong together"):
            fetched(tmp_path, answer, held=held)


def test_an_answer_of_one_page_is_compared_by_it(tmp_path: Path) -> None:
    one = page(1, last=1, count=2)
    fetched(tmp_path, whole(one))
    held = (tmp_path / "part").rename(tmp_path / "held")
    assert fetched(tmp_path, whole(one), held=held) == (None, ["/file.csv"])
    got, _ = fetched(tmp_path, whole(page(1, last=1, count=1, results=1)), held=held)
    assert got is not None and got[0]["count"] == 1
