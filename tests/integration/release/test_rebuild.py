"""A small release built anew: its inputs by their hashes, and every byte of what is made of a warehouse.

That of a whole run, models and gate included, is in `tests/integration/sample/test_rebuild.py`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import gate, release
from orchestration.base.settings import Settings
from orchestration.release.rebuild import Rebuilt, rebuild
from orchestration.warehouse import build as warehouse
from tests.integration.ingest.conftest import RATES, World, world
from tests.support.verdict import write_verdict
from tests.support.warehouse import make_warehouse

__all__ = ["world"]


@pytest.fixture
def published(world: World) -> Path:
    """A release of two invented sources and a small warehouse."""
    world.refresh()
    settings = world.settings()
    make_warehouse(settings.warehouse, channel="national", counties=1, places=1)
    candidate = release.build_candidate(settings)
    write_verdict(candidate)
    return release.publish(settings, candidate, approver="the tests")


def again(world: World, published: Path, into: Path, monkeypatch: pytest.MonkeyPatch) -> Rebuilt:
    """The release built anew, with its own warehouse where dbt would make one of the inputs."""

    def of_the_lake(there: Settings) -> None:
        assert sorted(path.name for path in there.lake_dir.rglob("*.parquet")) == sorted(
            path.name for path in world.settings().lake_dir.rglob("*.parquet")
        )
        there.warehouse.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(world.settings().warehouse, there.warehouse)

    monkeypatch.setattr(warehouse, "build", of_the_lake)
    monkeypatch.setattr(gate, "judge", lambda candidate, _: write_verdict(candidate))
    return rebuild(world.settings(), published, into)


def test_the_same_bytes_from_the_inputs_that_it_names(
    world: World, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put_rates(RATES.replace("0.25,2", "0.25,3"))
    world.refresh()  # what came since is not what the release was made of
    done = again(world, published, tmp_path / "été", monkeypatch)
    assert [found for found in done.findings if not found.startswith("code: ")] == []


def test_another_number_is_told_by_its_cells(
    world: World, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(str(world.settings().warehouse)) as connection:
        connection.execute("update metric_values set value = value + 1 where cell_id = 1")
    done = again(world, published, tmp_path / "new", monkeypatch)
    assert not done.is_same
    assert any(line.startswith("metric_values: 1 cells of ") for line in done.findings), done.findings
