"""Fetching many small files from one agency: a few at a time, not too fast, and going on where it stopped.

Where an agency has no file of the whole, a year is thousands of requests. They are spread over time, never
more than a few are under way, each is as patient as any download (`http`), and what arrived stays: the next
call asks for the rest only. An agency that refuses is left after a few files.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.base.errors import MobilityError
from orchestration.ingest.http import Patience, download

AT_ONCE = 4
"""Requests under way at a time."""
APART = 0.25
"""Seconds between the beginnings of two requests."""
MOST_REFUSALS = 5
"""After so many files that cannot be had, the agency is not asked for more."""
_UNKNOWN = "status 404"


@dataclass
class Gathered:
    """What came of it."""

    files: dict[str, Path] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    """Files that the agency does not have."""


def fetch_many(
    addresses: Mapping[str, str],
    folder: Path,
    *,
    at_once: int = AT_ONCE,
    apart: float = APART,
    patience: Patience | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Gathered:
    """Fetch files into a folder.

    Args:
        addresses: name of each file -> its address.
        folder: where they are kept; a file that is there is not asked for again.
        at_once: most requests under way.
        apart: seconds between the beginnings of two requests.
        patience: of each request.
        progress: called after each file.

    Raises:
        MobilityError: some cannot be had; what arrived is in the folder.
    """
    run = _Run(addresses, folder, _Gate(apart), patience, progress)
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(at_once, thread_name_prefix="fetch") as hands:
        list(hands.map(run.one, addresses))
    if run.refused:
        first = run.refused[0]
        raise MobilityError(
            f"{len(run.refused)} of {len(addresses)} files could not be fetched.",
            where=first.where,
            expected=f"every file; {len(run.gathered.files)} are in {folder}",
            found=f"{first.found}, and others" if len(run.refused) > 1 else first.found,
            remedy="give the same command again later: what arrived is not asked for again",
        )
    return run.gathered


class _Gate:
    """Lets one request begin after the other, with a pause between."""

    def __init__(self, apart: float) -> None:
        self.apart, self.lock, self.free_at = apart, threading.Lock(), 0.0

    def wait(self) -> None:
        with self.lock:
            now = time.monotonic()
            begin = max(now, self.free_at)
            self.free_at = begin + self.apart
        time.sleep(begin - now)


class _Run:
    """One call, shared by its threads."""

    def __init__(
        self,
        addresses: Mapping[str, str],
        folder: Path,
        gate: _Gate,
        patience: Patience | None,
        progress: Callable[[int, int, str], None] | None,
    ) -> None:
        self.addresses, self.folder, self.gate, self.patience = addresses, folder, gate, patience
        self.progress = progress or (lambda done, total, what: None)
        self.gathered, self.refused = Gathered(), list[MobilityError]()
        self.lock, self.done = threading.Lock(), 0

    def one(self, name: str) -> None:
        """A file: there already, fetched, unknown to the agency, or refused."""
        place = self.folder / name
        error = None
        if not place.exists():
            if len(self.refused) >= MOST_REFUSALS:
                return
            self.gate.wait()
            error = self._fetched(name, place)
        with self.lock:
            self.done += 1
            if error is None:
                self.gathered.files[name] = place
            elif str(error.found).startswith(_UNKNOWN):
                self.gathered.unknown.append(name)
            else:
                self.refused.append(error)
            self.progress(self.done, len(self.addresses), name)

    def _fetched(self, name: str, place: Path) -> MobilityError | None:
        try:
            got = download(self.addresses[name], self.folder / f".{name}.part", name, patience=self.patience)
        except MobilityError as error:
            return error
        assert got is not None
        got.path.replace(place)
        return None
