"""A process of dbt that is at hand saves a start and the reading of the project; nothing else rests on it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import dbt_at_hand, dbt_process
from orchestration.warehouse import project as dbt_project

MODEL = "models/warehouse/doubled.sql"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of one model with our materializations."""
    folder = tmp_path / "project"
    for name in ("dbt_project.yml", "profiles.yml", "macros/persist_docs.sql", "macros/materializations.sql"):
        _write(folder / name, (DBT_PROJECT_DIR / name).read_text(encoding="utf-8"))
    _write(folder / MODEL, "select 2 as number\n")
    for module in (dbt_project, dbt_runner):
        monkeypatch.setattr(module, "DBT_PROJECT_DIR", folder)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", channel="sample")


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")


def _number(settings: Settings) -> Any:
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.sql("select number from doubled").fetchone()


def test_what_it_read_serves_a_build_unless_the_project_changed(project: Path, settings: Settings) -> None:
    settings.channel_dir.mkdir(parents=True)
    with dbt_project.read_ahead(settings):
        dbt_project.manifest(settings)  # it reads the project
        assert warehouse.build(settings).built
        assert dbt_at_hand.take(last=False) is None  # it wrote the warehouse, and is gone
    assert _number(settings) == (2,)
    compiled = json.loads((dbt_runner.target_dir(settings) / "manifest.json").read_text(encoding="utf-8"))
    assert compiled["nodes"]["model.mobility.doubled"]["compiled_path"]  # errors name it

    with dbt_project.read_ahead(settings):
        _write(project / MODEL, "select 3 as number\n")  # perhaps before it was read, perhaps after
        warehouse.build(settings)
    assert _number(settings) == (3,)


def test_an_error_of_the_project_is_told(project: Path, settings: Settings) -> None:
    _write(project / MODEL, "select {{ ref(doubled }}\n")
    with dbt_project.read_ahead(settings), pytest.raises(MobilityError, match=r"doubled\.sql"):
        dbt_project.manifest(settings)


def test_one_that_was_killed_is_not_taken() -> None:
    with dbt_at_hand.started() as process:
        assert dbt_at_hand.take(last=False) is process
        process.kill()
        process.wait()
        assert dbt_at_hand.take(last=False) is None


def test_one_that_is_killed_at_work_gives_an_error(tmp_path: Path) -> None:
    with dbt_at_hand.started() as process:
        process.order(["parse"], tmp_path, os.environ, "", last=True)
        process.kill()
        assert list(process.stdout) == []
        assert process.wait() < 0


def test_answers_belong_to_their_orders(tmp_path: Path) -> None:
    with dbt_at_hand.started() as process:
        process.order(["parse", "--no-such-option"], tmp_path, os.environ, "", last=False)
        process.order(["build", "--nor-this"], tmp_path, os.environ, "", last=False)
        (line,) = process.stdout  # nobody heard the first one
        assert "--nor-this" in dbt_runner._event(line)["info"]["msg"]
        assert process.wait() == 2


def test_only_what_was_read_of_this_very_project_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, Any]] = []

    def invoke(arguments: Sequence[str], known: Any) -> tuple[int, Any]:
        given.append((" ".join(arguments), known))
        return 0, f"read for {len(given)}" if arguments[0] == "parse" else None

    monkeypatch.setattr(dbt_process, "_invoke", invoke)
    monkeypatch.setattr(dbt_process, "_ready", lambda: None)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    here = Path.cwd()
    orders = [("build", "a"), ("parse", "a"), ("build", "a"), ("parse", "a"), ("build", "b"), ("build", "a")]
    common = {"folder": str(tmp_path), "environment": {}}
    try:
        dbt_process.obey(json.dumps({"arguments": [what], "mark": mark, **common}) for what, mark in orders)
    finally:
        os.chdir(here)
    assert given == [
        ("build", None),
        ("parse", None),
        ("build", "read for 2"),
        ("parse", None),  # it is to write what it reads
        ("build", None),
        ("build", "read for 4"),
    ]
