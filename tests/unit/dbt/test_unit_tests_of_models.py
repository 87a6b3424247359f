"""The unit tests that stand beside the metric models: a few input rows, the rows that must come out.

A build of the warehouse leaves them out, since they look at no data; here they run on empty tables.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.ingest import lake

METRICS = "tag:computed_metric"


def _dbt(folder: Path, warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "MOBILITY_WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        "DBT_PROJECT_DIR": str(DBT_PROJECT_DIR),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    dbt = Path(sys.executable).with_name("dbt")
    return subprocess.run(
        [str(dbt), "--no-use-colors", *arguments],
        env=environment, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str], dict[str, Any]]:
    """What dbt said, the status of every node, and its manifest, after building all metrics from nothing."""
    folder = tmp_path_factory.mktemp("dbt")
    warehouse = folder / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        lake.attach(connection, Settings(home=folder))
    # Cautious: without data tests that also look at tables which are not built here.
    run = _dbt(
        folder,
        warehouse,
        "build",
        "--select",
        f"+{METRICS}",
        "computed_rows",
        "+test_type:unit",
        "--indirect-selection",
        "cautious",
    )
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    return run.stdout + run.stderr, {row["unique_id"]: row["status"] for row in results}, manifest


def test_every_unit_test_ran_and_passed(
    built: tuple[str, dict[str, str], dict[str, Any]],
) -> None:
    said, statuses, manifest = built
    assert manifest["unit_tests"]
    assert {name: statuses.get(name) for name in manifest["unit_tests"]} == dict.fromkeys(
        manifest["unit_tests"], "pass"
    ), said[-4000:]


def test_models_compute_without_any_input(built: tuple[str, dict[str, str], dict[str, Any]]) -> None:
    """A source that is not at hand gives tables without rows, not a broken build."""
    said, statuses, _ = built
    assert {name: status for name, status in statuses.items() if status not in ("success", "pass")} == {}, (
        said[-4000:]
    )


def test_every_computed_metric_has_a_unit_test(
    built: tuple[str, dict[str, str], dict[str, Any]],
) -> None:
    _, _, manifest = built
    metrics = {node["name"] for node in manifest["nodes"].values() if node["name"].endswith("__values")}
    tested = {unit["model"] for unit in manifest["unit_tests"].values()}
    assert metrics
    assert metrics - tested == set()
