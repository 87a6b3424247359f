"""Building a warehouse with dbt: only what changed, never at the cost of the last good file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import dbt_project, dbt_runner, warehouse
from orchestration.dbt_runner import DbtFailure
from orchestration.settings import DBT_PROJECT_DIR, Settings

MODELS = {
    "seeds/numbers.csv": "code,number\n01,1\n02,2\n",
    "seeds/seeds.yml": "seeds:\n  - name: numbers\n    config:\n      column_types: {code: varchar}\n",
    "models/warehouse/doubled.sql": "select code, 2 * number as number from {{ ref('numbers') }}\n",
    "models/warehouse/channel.sql": "select channel from lake.run_context\n",
    "tests/numbers_are_small.sql": "select * from {{ ref('doubled') }} where number > 100\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project of two models, with our own project file and profile."""
    folder = tmp_path_factory.mktemp("project")
    files = {
        name: (DBT_PROJECT_DIR / name).read_text("utf-8") for name in ("dbt_project.yml", "profiles.yml")
    }
    for name, text in {**files, **MODELS}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def rows(settings: Settings, table: str) -> list[tuple]:
    """Rows of a table of the warehouse."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(f"from {table} order by all").fetchall()


def test_the_life_of_a_warehouse(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    settings = Settings(home=tmp_path, channel="sample")
    heard: list[tuple[int, int, str]] = []

    first = warehouse.build(settings, lambda *told: heard.append(told))
    assert first.built and first.selection == ()
    assert rows(settings, "doubled") == [("01", 2), ("02", 4)]
    assert rows(settings, "channel") == [("sample",)]
    assert first.rows["doubled"] == 2
    assert {what for _, _, what in heard} == {"numbers", "doubled", "channel", "numbers_are_small"}
    assert warehouse.is_current(settings)

    again = warehouse.build(settings)
    assert not again.built and again.rows == first.rows and again.fingerprint == first.fingerprint

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,5\n", encoding="utf-8")
    assert not warehouse.is_current(settings)
    partial = warehouse.build(settings)
    assert partial.selection == ("path:seeds/numbers.csv+",)
    assert {result.unique_id.split(".")[2] for result in partial.results} == {
        "numbers",
        "doubled",
        "numbers_are_small",
    }
    assert rows(settings, "doubled") == [("01", 10)]

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,500\n", encoding="utf-8")
    with pytest.raises(DbtFailure, match="test numbers_are_small: 1 failing rows") as failed:
        warehouse.build(settings)
    assert {result.unique_id for result in failed.value.results if not result.good} == {
        "test.mobility.numbers_are_small"
    }
    assert rows(settings, "doubled") == [("01", 10)]  # the last good one
    assert dbt_runner.building_warehouse(settings).exists()  # and the failed one, to look at

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,5\n", encoding="utf-8")
    assert not warehouse.build(settings).built  # back to what the warehouse was built from


def test_what_dbt_has_read_serves_every_home(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    (project / "seeds" / "numbers.csv").write_text("code,number\n01,7\n", encoding="utf-8")
    dbt_project.manifest(Settings(home=tmp_path / "one", channel="sample"))
    monkeypatch.setattr(dbt_runner, "parse", _not_again)

    for home in ("two", "three"):
        settings = Settings(home=tmp_path / home, channel="sample")
        dbt_project.manifest(settings)
        if home == "three":  # cut short on its way: dbt reads the project itself
            (dbt_runner.target_dir(settings) / dbt_runner.READ_PROJECT).write_bytes(b"\x81\xa5")
        assert warehouse.build(settings).built
        assert rows(settings, "doubled") == [("01", 14)]

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,8\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="read again"):
        dbt_project.manifest(Settings(home=tmp_path / "four", channel="sample"))
    monkeypatch.undo()
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    settings = Settings(home=tmp_path / "four", channel="sample")
    assert dbt_project.manifest(settings).exists()
    assert len(list((project / "target").glob("read-*"))) == 1  # what was read of the older project is gone


def _not_again(*_: object) -> None:
    raise AssertionError("read again")
