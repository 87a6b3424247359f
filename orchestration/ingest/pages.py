"""Fetching an answer that comes in pages, each of which names the next one.

A page is `{"count": ..., "next": ..., "previous": ..., "results": [...]}`. The file is all pages as they
came, one a line; what arrived stays after an error, so that the next attempt goes on with the page that is
missing. The pages must be of one answer: the same count on each, as many results as they count, and each
next one at the address that was asked. A page that says something else (a limit of requests, an error) is
asked for again after a pause; it never enters the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import tenacity

from orchestration.base.errors import MobilityError
from orchestration.ingest import http

_NAME = "page.json"
_SHOWN = 80
_AGAIN = "run again later: the pages that arrived are kept"


class _NoAnswer(Exception):
    """What came is no page of the answer; perhaps the next attempt brings it."""


@dataclass
class _Answer:
    """The pages that arrived so far, in a file."""

    place: Path
    count: int | None = None
    results: int = 0
    pages: int = 0
    size: int = 0
    following: str | None = None
    """What the newest page says comes next."""
    digest: Any = field(default_factory=hashlib.sha256)

    @classmethod
    def kept(cls, place: Path) -> _Answer:
        """What an attempt before this one left; a line that was cut off is dropped."""
        answer, whole = cls(place), 0
        if not place.exists():
            return answer
        with place.open("rb") as lines:
            for line in lines:
                page = _page(line) if line.endswith(b"\n") else None
                if page is None or answer.belongs_not(page):
                    break
                answer.take_note(page, line)
                whole += len(line)
        with place.open("r+b") as file:
            file.truncate(whole)
        return answer

    def belongs_not(self, page: dict[str, Any]) -> str:
        """Why a page cannot be the next of this answer; empty if it can."""
        if self.count is not None and page["count"] != self.count:
            return f"count {page['count']:,}, while the pages before it say {self.count:,}"
        if self.results + len(page["results"]) > page["count"]:
            return f"{self.results + len(page['results']):,} results, more than the {page['count']:,} counted"
        if not page["results"] and page["next"]:
            return "no results, but a next page"
        return ""

    def take_note(self, page: dict[str, Any], line: bytes) -> None:
        """Count a page that is in the file."""
        self.count, self.following = page["count"], page["next"]
        self.results += len(page["results"])
        self.pages += 1
        self.size += len(line)
        self.digest.update(line)

    @property
    def is_whole(self) -> bool:
        """Whether the newest page names no next one."""
        return self.pages > 0 and self.following is None

    def forget(self) -> None:
        """Begin anew."""
        self.place.unlink(missing_ok=True)


def download(
    url: str,
    part: Path,
    *,
    held: Path | None = None,
    patience: http.Patience | None = None,
    on_bytes: Callable[[int, int | None], None] | None = None,
) -> http.Download | None:
    """Fetch all pages of an answer.

    Args:
        url: address of the first page.
        part: place for the pages; kept after an error, for the next attempt.
        held: the answer that is at hand. Such answers have no date or mark: if the first and the last page
            are the same as there, it counts as current.
        patience: pauses and limits, for each page.
        on_bytes: called with bytes received, after each page.

    Returns:
        The answer, or None if what is at hand is current.

    Raises:
        MobilityError: a page cannot be had, or the pages do not belong together.
    """
    patience = patience or http.Patience()
    part.parent.mkdir(parents=True, exist_ok=True)
    answer = _Answer.kept(part)
    if held is not None and not answer.pages and _is_current(url, held, part, patience):
        return None
    while not answer.is_whole:
        address = _address(url, answer)
        line, page = _fetched(address, part, patience)
        wrong = answer.belongs_not(page)
        if wrong:
            answer.forget()
            raise _apart(address, answer, wrong)
        with part.open("ab") as out:
            out.write(line)
        answer.take_note(page, line)
        if on_bytes is not None:
            on_bytes(answer.size, None)
    if answer.results != answer.count:
        answer.forget()
        raise _apart(url, answer, f"{answer.results:,} results on {answer.pages} pages")
    return http.Download(part, answer.digest.hexdigest(), answer.size, {})


def _address(url: str, answer: _Answer) -> str:
    """Where the next page is: the address that was asked, with the question that the newest page names."""
    if answer.following is None:
        return url
    asked, named = httpx.URL(url), httpx.URL(answer.following)
    if named.path != asked.path:
        raise MobilityError(
            "A page names a next page at another address.",
            where=f"{url}, page {answer.pages}",
            expected=f"a page of {asked.path}",
            found=answer.following[:200],
            remedy="look at the address in a browser; if the agency moved the answer, change the record",
        )
    return str(asked.copy_with(query=named.query))


def _fetched(url: str, part: Path, patience: http.Patience) -> tuple[bytes, dict[str, Any]]:
    """One page as a line, asked for again as long as something else comes."""
    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_NoAnswer),
        stop=tenacity.stop_after_attempt(patience.attempts),
        wait=tenacity.wait_exponential(multiplier=patience.first_pause, max=patience.longest_pause),
        reraise=True,
    )
    try:
        found: tuple[bytes, dict[str, Any]] = again(_once, url, part, patience)
    except _NoAnswer as error:
        raise MobilityError(
            "A page of an answer could not be fetched.",
            where=url,
            expected='{"count": ..., "next": ..., "results": [...]}',
            found=f"{error}, {patience.attempts} times",
            remedy=_AGAIN,
        ) from error
    return found


def _once(url: str, part: Path, patience: http.Patience) -> tuple[bytes, dict[str, Any]]:
    place = part.with_name(part.name + ".page")
    got = http.download(url, place, _NAME, patience=patience)
    assert got is not None
    try:
        # Line ends between the parts of a JSON text mean nothing, and within its strings there are none.
        line = b" ".join(got.path.read_bytes().split(b"\n")).replace(b"\r", b" ").strip() + b"\n"
    finally:
        got.path.unlink(missing_ok=True)
    page = _page(line)
    if page is None:
        raise _NoAnswer(repr(line[:_SHOWN].decode("utf-8", "replace").strip()))
    return line, page


def _page(line: bytes) -> dict[str, Any] | None:
    """A page, or None if the line is none."""
    try:
        page = json.loads(line)
    except ValueError:
        return None
    if not isinstance(page, dict) or not isinstance(page.get("results"), list):
        return None
    if not isinstance(page.get("count"), int) or not isinstance(page.get("next"), str | None):
        return None
    return {"next": None} | page


def _is_current(url: str, held: Path, part: Path, patience: http.Patience) -> bool:
    """Whether the first and the last page are the same as in the answer at hand."""
    lines = list(_ends(held))
    addresses = [url]
    if len(lines) > 1:
        addresses.append(_address(url, _Answer(part, following=_page(lines[1])["next"])))  # type: ignore[index]
    return all(
        _fetched(address, part, patience)[0] == line
        for address, line in zip(addresses, (lines[0], lines[-1]), strict=False)
    )


def _ends(held: Path) -> Iterator[bytes]:
    """The first line, and of longer answers the last but one and the last."""
    with held.open("rb") as lines:
        first = next(lines)
        before, last = b"", first
        yield first
        for line in lines:
            before, last = last, line
        if last is not first:
            yield before
            yield last


def _apart(where: str, answer: _Answer, found: str) -> MobilityError:
    return MobilityError(
        "The pages of an answer do not belong together.",
        where=where,
        expected=f"pages that count the same, together {answer.count or 0:,} results",
        found=found,
        remedy="run again: the answer is fetched anew, it may have changed meanwhile",
    )
