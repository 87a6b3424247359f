"""What is worked on: invented microdata archives of real states, by tests/benchmarks/acs_archives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.sources import SOURCES
from orchestration.storage.place import Place
from tests.benchmarks import acs_archives

SOURCE = SOURCES["census_acs_pums"]
VINTAGES = ("2021-1yr", "2019-1yr", "2017-1yr", "2016-1yr")
STATES = ("ak", "sd", "nd", "de", "mt", "ri", "me", "nh", "hi", "id", "wv", "ne")
"""Small ones, from the smallest on: what is tried is the way, not the size."""


def write(folder: Path, vintages: Sequence[str], states: Sequence[str]) -> None:
    """The archives, unless they are there."""
    for vintage in vintages:
        lacking = [
            state for state in states if not all(path.exists() for path in _of(folder, vintage, state))
        ]
        if lacking:
            print(f"  writing archives of {vintage}: {' '.join(lacking)}", flush=True)
            acs_archives.write(folder, vintage, *lacking)


def send(folder: Path, home: str, vintages: Sequence[str], states: Sequence[str]) -> int:
    """Put them into the inbox of a home on a store; gives their bytes."""
    inbox, sent = Place(f"{home}/national/inbox"), 0
    for path in _all(folder, vintages, states):
        inbox.send(path, path.relative_to(folder).as_posix())
        sent += path.stat().st_size
    return sent


def _all(folder: Path, vintages: Sequence[str], states: Sequence[str]) -> Iterator[Path]:
    for vintage in vintages:
        for state in states:
            yield from _of(folder, vintage, state)


def _of(folder: Path, vintage: str, state: str) -> list[Path]:
    files = (file for file in SOURCE.files if (file.vintage, file.partition) == (vintage, state))
    return [folder / SOURCE.canonical_path(file) for file in files]
