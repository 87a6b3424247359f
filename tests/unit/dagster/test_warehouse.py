"""What a build of the warehouse decides: what to build, what failed, who may build."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from orchestration.base.settings import Settings
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import dbt_process
from orchestration.warehouse.dbt import DbtFailure, NodeResult


def test_the_fingerprint_follows_the_lake(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = warehouse.fingerprint(settings)
    assert first == warehouse.fingerprint(settings)
    receipt = settings.lake_dir / "geocorr" / "2018" / "puma_county_2010.json"
    receipt.parent.mkdir(parents=True)
    receipt.write_text("{}", encoding="utf-8")
    second = warehouse.fingerprint(settings)
    assert second != first
    receipt.write_text('{"rows": 1}', encoding="utf-8")
    assert warehouse.fingerprint(settings) != second


def finished(kind: str, data: dict[str, object]) -> str:
    """A line of dbt's JSON log."""
    info = {"level": "info", "name": kind, "msg": " 3 of 4 PASS", "ts": "2026-11-29T00:00:00Z"}
    return json.dumps({"info": info, "data": {**data, "node_info": {"node_name": "small"}}}) + "\n"


def test_progress_and_errors_come_from_the_log(tmp_path: Path) -> None:
    said = [
        finished("LogModelResult", {"total": 4}),
        finished("LogStartLine", {"total": 4}),
        finished("LogTestResult", {"num_models": 4}),
        '{"info": {"level": "info", "naKilled\n',  # Python wrote into the middle of it
        "7\n",
        json.dumps({"info": {"level": "error", "name": "MainEncounteredError", "msg": "no such table "}}),
    ]
    heard: list[tuple[int, int, str]] = []
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        problems = dbt_runner._followed(said, log, lambda *told: heard.append(told))
    assert heard == [(1, 4, "small"), (2, 4, "small")]
    assert problems == ['{"info": {"level": "info", "naKilled', "7", "no such table"]
    assert (tmp_path / "log").read_text(encoding="utf-8").splitlines()[-1] == "error no such table"


def test_an_event_of_dbt_is_told_with_its_node_and_the_number_of_all() -> None:
    info = SimpleNamespace(level="info", name="LogModelResult", msg="3 of 4 OK", code="Q012")
    data = SimpleNamespace(total=4, index=3, node_info=SimpleNamespace(node_name="small", node_path="a"))
    line = json.dumps(dbt_process.told(SimpleNamespace(info=info, data=data)))
    assert dbt_runner._event(line) == {
        "info": {"level": "info", "name": "LogModelResult", "msg": "3 of 4 OK"},
        "data": {"total": 4, "node_info": {"node_name": "small"}},
    }


def test_an_option_that_dbt_does_not_know_is_told(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", dbt_process.__name__, "parse", "--no-such-option"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 2
    assert "--no-such-option" in dbt_runner._event(told.stdout.strip())["info"]["msg"]


def test_a_failure_names_table_test_rows_and_sql(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    target = dbt_runner.target_dir(settings)
    target.mkdir(parents=True)
    single, of_table = "test.mobility.every_area_is_there", "test.mobility.obeys_county_geoid__year.0a1b"
    nodes = {
        single: {"compiled_path": "/somewhere/every_area.sql"},
        of_table: {"attached_node": "model.mobility.county", "original_file_path": "models/_models.yml"},
    }
    (target / "manifest.json").write_text(json.dumps({"nodes": nodes}), encoding="utf-8")
    results = [
        NodeResult("model.mobility.good", "success", "OK", None, 0.1),
        NodeResult(single, "fail", "Got 3 results, configured to fail if != 0", 3, 0.1),
        NodeResult(of_table, "fail", "Got 2 results, configured to fail if != 0", 2, 0.1),
        NodeResult("model.mobility.bad", "error", 'Parser Error: syntax error at "xx"', None, 0.1),
        NodeResult("model.mobility.after", "skipped", "", None, 0.0),
    ]
    failure = dbt_runner._failure(settings, 1, results, [])
    text = str(failure)
    assert isinstance(failure, DbtFailure) and failure.results == tuple(results)
    assert "3 of 5 models and tests of the warehouse failed" in text
    assert failure.where == "model bad; rules of model county; test every_area_is_there"
    assert "test every_area_is_there: 3 failing rows" in text and "/somewhere/every_area.sql" in text
    assert "rules of model county (dbt_project/models/_models.yml): 2 failing rows" in text
    assert "obeys_county" not in text  # a name of all its rules, up to 300 letters long
    assert 'syntax error at "xx"' in text
    assert "the last good warehouse is untouched" in text


def test_a_project_that_does_not_parse_tells_what_dbt_said(tmp_path: Path) -> None:
    said = ["Compilation Error\n  model depends on a node named 'gone' which was not found"]
    text = str(dbt_runner._failure(Settings(home=tmp_path), 2, [], said))
    assert "dbt could not read or run the project" in text
    assert "a node named 'gone'" in text
    assert "no message" in str(dbt_runner._failure(Settings(home=tmp_path), 2, [], []))
