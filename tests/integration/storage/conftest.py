"""Homes on a store, each "machine" with a scratch folder of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestration.base.settings import Settings
from orchestration.storage import home
from tests.integration.ingest.conftest import world
from tests.integration.release.conftest import Desk, made, shelf, slim
from tests.support.s3 import a_bucket

__all__ = ["made", "shelf", "slim", "world"]

Machine = Callable[..., Settings]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with a_bucket(monkeypatch) as address:
        yield f"{address}/office"
    home._copied.cache_clear()


@pytest.fixture
def machine(bucket: str, tmp_path: Path) -> Machine:
    """Settings of a machine, by name; all have the one home."""

    def of(name: str, **more: object) -> Settings:
        home._copied.cache_clear()  # another machine is another process
        return Settings.model_validate({"home": bucket, "scratch": tmp_path / name, **more})

    return of


@pytest.fixture
def desk_of(machine: Machine, slim: Path, shelf: Path) -> Callable[[str], Desk]:
    """A machine on which a candidate of the small warehouse, with few tables, passed the gate."""

    def of(name: str) -> Desk:
        settings = machine(name, channel="sample")
        shutil.copytree(slim / "sample", settings.channel_dir)
        (candidate,) = (path for path in settings.candidates_dir.iterdir() if path.is_dir())
        return Desk(settings, candidate, shelf, is_slim=True)

    return of
