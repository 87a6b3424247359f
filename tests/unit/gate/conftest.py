from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from expectations import geography_years
from tests.support.candidate import YEARS, Bench, write_candidate


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate of the sample that keeps every rule; do not change it."""
    return write_candidate(tmp_path_factory.mktemp("candidate") / "clean").folder


@pytest.fixture(scope="session")
def clean_national(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the national channel; its frame has not the size of the real one."""
    return write_candidate(tmp_path_factory.mktemp("candidate") / "national", channel="national").folder


@pytest.fixture
def bench(clean: Path, tmp_path: Path) -> Bench:
    """A copy to damage."""
    return Bench(Path(shutil.copytree(clean, tmp_path / "candidate")))


@pytest.fixture
def national(clean_national: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A national copy to damage, whose small frame is the expected one."""
    small = ", ".join(
        f"({kind!r}, {year}, {size})" for kind, size in (("county", 3), ("place", 2)) for year in YEARS
    )
    monkeypatch.setattr(geography_years, "_control", lambda column: small)
    monkeypatch.setattr(geography_years, "_totals", lambda: [])
    return Bench(Path(shutil.copytree(clean_national, tmp_path / "candidate")))
