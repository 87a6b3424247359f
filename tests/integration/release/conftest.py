from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import release
from orchestration.base.files import sha256_of
from orchestration.base.settings import Settings
from orchestration.release.journal import withdrawn
from tests.support.slim import make_slim
from tests.support.verdict import write_verdict
from tests.support.warehouse import make_warehouse


@dataclass(frozen=True)
class Desk:
    """A channel with a small warehouse and a candidate that passed the gate, to do anything with."""

    settings: Settings
    candidate: Path
    shelf: Path
    """Where candidates stand that were built and judged before, for desks in the same state."""
    is_slim: bool = False
    """Whether its candidates have a few tables only."""

    def publish(self, candidate: Path | None = None) -> Path:
        return release.publish(self.settings, candidate or self.candidate, approver="the tests")

    def next_candidate(self) -> Path:
        """A judged candidate of a warehouse in which one value is another."""
        kept = self.shelf / self._state()
        if kept.exists():
            shutil.copy(kept / "warehouse.duckdb", self.settings.warehouse)
            (built,) = (path for path in kept.iterdir() if path.is_dir())
            candidate = self.settings.candidates_dir / built.name
            if not candidate.exists():
                shutil.copytree(built, candidate, symlinks=True)
            os.utime(candidate)  # the newest one
            return candidate
        change_one_value(self.settings)
        candidate = release.build_candidate(self.settings)
        if self.is_slim:
            make_slim(candidate)
        write_verdict(candidate)
        draft = Path(tempfile.mkdtemp(dir=self.shelf))
        shutil.copytree(candidate, draft / candidate.name, symlinks=True)
        shutil.copy(self.settings.warehouse, draft / "warehouse.duckdb")
        draft.rename(kept)
        return candidate

    def _state(self) -> str:
        """All that a candidate depends on: the warehouse, the current release, what was withdrawn."""
        current = release.current(self.settings)
        manifest = None if current is None else sha256_of(current / "manifest.json")
        versions = [one.version for one in release.list_releases(self.settings)]
        warehouse, gone = sha256_of(self.settings.warehouse), sorted(withdrawn(self.settings))
        facts = (self.is_slim, warehouse, manifest, versions, gone)
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    @property
    def visible(self) -> set[str]:
        """What a reader sees of the releases."""
        folder = self.settings.releases_dir
        return {path.name for path in folder.iterdir() if path.name[0] != "."} if folder.exists() else set()


def change_one_value(settings: Settings) -> None:
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update metric_values set value = value + 1 where cell_id = 1")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small warehouse and its judged candidate; copied, never changed."""
    settings = Settings(home=tmp_path_factory.mktemp("releases") / "home", channel="sample")
    make_warehouse(settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("update metric_values set value = 0 where cell_id = 1")
    write_verdict(release.build_candidate(settings))
    return settings.home


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="session")
def slim(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a slim candidate (`tests/support/slim.py`)."""
    home = Path(shutil.copytree(made, tmp_path_factory.mktemp("slim") / "home"))
    (candidate,) = (path for path in (home / "sample" / "candidates").iterdir() if path.is_dir())
    make_slim(candidate)
    write_verdict(candidate)
    return home


@pytest.fixture
def desk(made: Path, shelf: Path, tmp_path: Path) -> Desk:
    return desk_in(made, tmp_path, shelf)


@pytest.fixture
def slim_desk(slim: Path, shelf: Path, tmp_path: Path) -> Desk:
    return desk_in(slim, tmp_path, shelf, is_slim=True)


def desk_in(given: Path, folder: Path, shelf: Path, *, is_slim: bool = False) -> Desk:
    # A quotation mark, a space and a letter beyond ASCII: paths are data wherever SQL is written.
    home = Path(shutil.copytree(given, folder / "l'été 1"))
    settings = Settings(home=home, channel="sample")
    (candidate,) = (path for path in settings.candidates_dir.iterdir() if path.is_dir())
    return Desk(settings, candidate, shelf, is_slim)


def change_byte(path: Path) -> None:
    """Change one byte of a file, in its middle, and nothing else."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
