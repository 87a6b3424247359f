"""Dagster's event log with connections that stay open: what it holds, and who else can read it."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from orchestration.base.settings import Settings
from orchestration.dagster.event_log import PooledSqliteEventLogStorage
from orchestration.dagster.home import dagster_home


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="thing")])
def thing() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return dagster_home(Settings(home=tmp_path))


def test_two_runs_are_recorded_and_a_stock_dagster_reads_them(home: Path) -> None:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLogStorage)
        runs = [dg.materialize([thing], instance=instance).run_id for _ in range(2)]
        assert len(instance.event_log_storage._engines) <= 2  # the index and one run

    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home)) as stock:
        assert type(stock.event_log_storage) is SqliteEventLogStorage
        for run in runs:
            kinds = [
                record.event_log_entry.dagster_event_type for record in stock.get_records_for_run(run).records
            ]
            assert dg.DagsterEventType.ASSET_CHECK_EVALUATION in kinds
        assert stock.get_latest_materialization_event(dg.AssetKey("thing")).run_id == runs[-1]  # type: ignore[union-attr]


def test_a_yaml_that_a_person_wrote_is_left_alone(home: Path, tmp_path: Path) -> None:
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: true\n", encoding="utf-8")
    dagster_home(Settings(home=tmp_path))
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == "telemetry:\n  enabled: true\n"


def test_a_home_that_was_moved_writes_where_it_lies_now(home: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    home.rename(moved / "dagster")
    dagster_home(Settings(home=moved))
    assert str(moved) in (moved / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
