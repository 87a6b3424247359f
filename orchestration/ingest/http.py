"""Fetching a file over HTTP so that what arrives is the whole, right file or a clear error.

An interrupted download is continued where it stopped, if the server can prove that the file is still
the same (`Range` with `If-Range`). Errors that may pass (429, 5xx, timeouts, cut connections) are
tried again with growing, jittered pauses, or after the pause that the server asks for. What arrived
is checked by its length and by its first bytes: an error page is no CSV.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import tenacity

from orchestration.base.errors import MobilityError
from orchestration.ingest.content import check_content

_PASSING = {408, 425, 429, 500, 502, 503, 504}
_KEPT_HEADERS = ("etag", "last-modified", "content-type", "content-length")
_WORDS = 400
"""Bytes of an answer that are shown."""
_AGENT = "mobility (data warehouse of public statistics)"


@dataclass(frozen=True)
class Patience:
    """How long a download waits, and how often it tries. All times in seconds."""

    attempts: int = 6
    connect: float = 20.0
    silence: float = 60.0
    slow_window: float = 60.0
    slow_bytes: int = 64 * 1024
    first_pause: float = 1.0
    longest_pause: float = 60.0
    longest_requested_pause: float = 300.0
    redirects: int = 10


@dataclass(frozen=True)
class Download:
    """A complete, checked file in a temporary place."""

    path: Path
    sha256: str
    bytes: int
    headers: dict[str, str]


class _Passing(Exception):
    """An error that may be gone at the next attempt."""

    def __init__(self, found: str, pause: float | None = None) -> None:
        super().__init__(found)
        self.pause = pause


def download(
    url: str,
    part: Path,
    official_name: str,
    *,
    known_headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    patience: Patience | None = None,
    on_bytes: Callable[[int, int | None], None] | None = None,
) -> Download | None:
    """Fetch a file.

    Args:
        url: address of the file.
        part: place for what has arrived so far; kept after an error, for the next attempt.
        official_name: decides what the content must look like.
        known_headers: headers of the content that is at hand; with them only a new one is fetched.
        query: goes with the address and is told to nobody, in no message: a key.
        patience: pauses and limits.
        on_bytes: called with bytes received and expected (None if unknown).

    Returns:
        The file, or None if the server says that what is at hand is still current.

    Raises:
        MobilityError: it cannot be had, or what came is not the file.
    """
    patience = patience or Patience()
    part.parent.mkdir(parents=True, exist_ok=True)
    attempt = _Attempt(url, part, dict(known_headers or {}), patience, on_bytes, query)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(_Passing),
        stop=tenacity.stop_after_attempt(patience.attempts),
        wait=_pause(patience),
        reraise=True,
    )
    timeout = httpx.Timeout(patience.silence, connect=patience.connect)
    with httpx.Client(
        timeout=timeout,
        follow_redirects=True,
        max_redirects=patience.redirects,
        headers={"User-Agent": _AGENT},
    ) as client:
        try:
            headers = retrying(attempt.run, client)
        except _Passing as error:
            raise _unreachable(
                url, f"{error}, {patience.attempts} times", "try again later; what arrived is kept"
            ) from error
    if headers is None:
        return None
    try:
        check_content(part, official_name, where=url, content_type=headers.get("content-type", ""))
    except MobilityError:
        attempt.forget()
        raise
    attempt.note.unlink(missing_ok=True)
    digest = hashlib.sha256()
    with part.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return Download(part, digest.hexdigest(), part.stat().st_size, headers)


def _pause(patience: Patience) -> Callable[[tenacity.RetryCallState], float]:
    growing = tenacity.wait_exponential(multiplier=patience.first_pause, max=patience.longest_pause)
    jittered = growing + tenacity.wait_random(0, patience.first_pause)

    def pause(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.pause if isinstance(error, _Passing) else None
        return jittered(state) if asked is None else asked

    return pause


class _Attempt:
    """One file being fetched, over as many requests as it takes."""

    def __init__(
        self,
        url: str,
        part: Path,
        known: dict[str, str],
        patience: Patience,
        on_bytes: Callable[[int, int | None], None] | None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self.query = dict(query or {})
        self.url, self.part, self.known, self.patience = url, part, known, patience
        self.on_bytes = on_bytes or (lambda received, expected: None)
        self.note = part.with_name(part.name + ".headers.json")

    def run(self, client: httpx.Client) -> dict[str, str] | None:
        """One request; the part file is complete after it. None: nothing new."""
        try:
            address = httpx.URL(self.url).copy_merge_params(self.query)
            with client.stream("GET", address, headers=self._request_headers()) as response:
                return self._take(response)
        except httpx.TooManyRedirects as error:
            raise _unreachable(
                self.url,
                f"more than {self.patience.redirects} redirections, in a circle",
                "check the address in the record",
            ) from error
        except httpx.TransportError as error:
            text = str(error) or type(error).__name__
            raise _Passing(f"{_kind(error)} ({text})") from error
        except (httpx.InvalidURL, httpx.RequestError) as error:
            raise _unreachable(self.url, str(error), "check the address in the record") from error

    def forget(self) -> None:
        """Drop what arrived so far."""
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _request_headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        validator = self._validator()
        if validator and self._arrived():
            return headers | {"Range": f"bytes={self._arrived()}-", "If-Range": validator}
        self.forget()
        if etag := self.known.get("etag"):
            headers["If-None-Match"] = etag
        elif modified := self.known.get("last-modified"):
            headers["If-Modified-Since"] = modified
        return headers

    def _arrived(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _validator(self) -> str | None:
        """What proves that a file is still the one of which a part arrived."""
        if not self.note.exists():
            return None
        noted: dict[str, str] = json.loads(self.note.read_text(encoding="utf-8"))
        etag = noted.get("etag", "")
        if etag and not etag.startswith("W/"):
            return etag
        return noted.get("last-modified")

    def _take(self, response: httpx.Response) -> dict[str, str] | None:
        if response.status_code == 304:
            return None
        if response.status_code == 416:
            self.forget()
            raise _Passing("the server could not continue where the download had stopped")
        if response.status_code in _PASSING:
            raise _Passing(f"status {response.status_code}", self._asked_pause(response))
        if response.status_code not in (200, 206):
            raise _unreachable(
                self.url,
                f"status {response.status_code} {response.reason_phrase}{self._words(response)}",
                "check the address in the record, or bring the file by the inbox",
            )
        begin = self._begin(response)
        expected = self._expected(response, begin)
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        if begin == 0:
            self.note.write_text(json.dumps(headers), encoding="utf-8", newline="\n")
        self._write(response, begin, expected)
        arrived = self._arrived()
        if expected is not None and arrived != expected:
            raise self._wrong_length(arrived, expected)
        return headers | {"content-length": str(arrived)}

    def _begin(self, response: httpx.Response) -> int:
        """Where the body belongs: 0 unless the server continues what had arrived."""
        if response.status_code == 200:
            return 0
        begin = response.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
        if begin != str(self._arrived()):
            self.forget()
            raise _Passing(
                f"the server continued at byte {begin or 'unknown'}, not where the download had stopped"
            )
        return int(begin)

    def _expected(self, response: httpx.Response, begin: int) -> int | None:
        """Length of the whole file, if the server says it."""
        length = response.headers.get("content-length")
        if length is None or response.headers.get("content-encoding", "identity") != "identity":
            return None
        return begin + int(length)

    def _wrong_length(self, arrived: int, expected: int) -> Exception:
        if arrived > expected:
            self.forget()
        return _Passing(f"{arrived} bytes arrived, {expected} were announced")

    def _write(self, response: httpx.Response, begin: int, expected: int | None) -> None:
        arrived, since, arrived_then = begin, time.monotonic(), begin
        with self.part.open("ab" if begin else "wb") as out:
            for chunk in response.iter_bytes():
                out.write(chunk)
                arrived += len(chunk)
                self.on_bytes(arrived, expected)
                if time.monotonic() - since > self.patience.slow_window:
                    if arrived - arrived_then < self.patience.slow_bytes:
                        raise _Passing(
                            f"{arrived - arrived_then} bytes in {self.patience.slow_window:g} seconds"
                        )
                    since, arrived_then = time.monotonic(), arrived

    def _words(self, response: httpx.Response) -> str:
        """What the server says of its refusal, if in words and not as a page; a key is not repeated."""
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind not in ("application/json", "text/plain"):
            return ""
        first = next(response.iter_bytes(_WORDS), b"")[:_WORDS]
        said = " ".join(first.decode("utf-8", "replace").split())
        for secret in self.query.values():
            said = said.replace(secret, "(key)")
        return f"; it says {said}" if said else ""

    def _asked_pause(self, response: httpx.Response) -> float | None:
        asked = seconds_asked(response.headers.get("retry-after"))
        if asked is not None and asked > self.patience.longest_requested_pause:
            raise _unreachable(
                self.url,
                f"status {response.status_code}; the server asks to wait {asked:,.0f} seconds",
                "run again after that time",
            )
        return asked


def seconds_asked(retry_after: str | None) -> float | None:
    """`Retry-After`, which is a number of seconds or a date, in seconds from now."""
    if not retry_after:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        when = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when - dt.datetime.now(dt.UTC)).total_seconds())


def _kind(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "the server was silent for too long"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    return "the connection was cut"


def _unreachable(url: str, found: str, remedy: str) -> MobilityError:
    return MobilityError(
        "A file could not be fetched.", where=url, expected="the file", found=found, remedy=remedy
    )
