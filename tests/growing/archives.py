"""What is worked on: invented microdata archives of real states (tests/benchmarks), and the sample's.

Invented people of real states contradict what Urban published of them, and no build takes that; so it is the
sample, whose published numbers are invented too, that goes as far as a release.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.base.settings import Channel
from orchestration.ingest.refresh import Part, state_of
from orchestration.sample import SEED, twin
from orchestration.sample.world import build_world
from orchestration.sources import SOURCES
from orchestration.sources.model import SourceFile
from orchestration.storage.place import Place
from tests.benchmarks import acs_archives

SOURCE = SOURCES["census_acs_pums"]
VINTAGES = ("2021-1yr", "2019-1yr", "2017-1yr", "2016-1yr")
STATES = ("ak", "sd", "nd", "de", "mt", "ri", "me", "nh", "hi", "id", "wv", "ne")
"""Small ones, from the smallest on: what is tried is the way, not the size."""


@dataclass(frozen=True)
class Work:
    """Files of a channel, each in a folder under the name that an inbox knows."""

    channel: Channel
    folder: Path
    files: tuple[SourceFile, ...]

    @property
    def parts(self) -> list[Part]:
        """Parts of the source that the files are of."""
        return list(dict.fromkeys(Part(file.vintage, state_of(file)) for file in self.files))

    @property
    def summed(self) -> list[Part]:
        """Parts of the sums: of a collective file of the sample, its one state."""
        states = (file.partitions or (file.partition,) for file in self.files)
        parts = (
            Part(file.vintage, state)
            for file, of_file in zip(self.files, states, strict=True)
            for state in of_file
        )
        return list(dict.fromkeys(parts))

    def lacking(self) -> list[SourceFile]:
        """Files that are not written yet."""
        return [file for file in self.files if not (self.folder / SOURCE.canonical_path(file)).exists()]

    def send(self, home: str) -> int:
        """Put the files into the inbox of a home on a store; gives their bytes."""
        inbox = Place(f"{home}/{self.channel}/inbox")
        for file in self.files:
            name = SOURCE.canonical_path(file)
            inbox.send(self.folder / name, name)
        return sum((self.folder / SOURCE.canonical_path(file)).stat().st_size for file in self.files)


def of_states(kept: Path, vintages: Sequence[str], states: Sequence[str]) -> Work:
    """Archives of real states, written if they are not there."""
    wanted = [(vintage, state) for vintage in vintages for state in states]
    files = tuple(file for file in SOURCE.files if (file.vintage, file.partition) in wanted)
    work = Work("national", kept / "national", files)
    for vintage in vintages:
        lacking = dict.fromkeys(str(file.partition) for file in work.lacking() if file.vintage == vintage)
        if lacking:
            print(f"writing archives of {vintage}: {' '.join(lacking)}", flush=True)
            acs_archives.write(work.folder, vintage, *lacking)
    return work


def of_the_sample(kept: Path) -> Work:
    """All archives of the invented state, written if they are not there."""
    work = Work("sample", kept / "sample", tuple(file for file in SOURCE.files if file.channel == "sample"))
    world = build_world(SEED)
    for file in work.lacking():
        path = work.folder / SOURCE.canonical_path(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(twin.content(world, SOURCE, file))
    return work
