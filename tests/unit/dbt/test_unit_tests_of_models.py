"""The unit tests that stand beside the metric models: a few input rows, the rows that must come out.

A build of the warehouse leaves them out, since they look at no data; here they run on empty tables.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from orchestration.base.settings import Settings
from orchestration.warehouse import dbt as dbt_runner
from tests.support.few_models import begun

METRICS = "tag:computed_metric"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str], dict[str, Any]]:
    """What dbt said, the status of every node, and its manifest, after building all metrics from nothing."""
    settings = Settings(home=tmp_path_factory.mktemp("dbt"))
    target, log = dbt_runner.target_dir(settings), dbt_runner.log_file(settings)
    selected = ["--select", f"+{METRICS}", "computed_rows", "+test_type:unit"]
    # Cautious: without data tests that also look at tables which are not built here.
    arguments = ["build", "--target-path", str(target), *selected, "--indirect-selection", "cautious"]
    dbt_runner._run(arguments, begun(settings), {}, log, None)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    statuses = {row["unique_id"]: row["status"] for row in results}
    return log.read_text(encoding="utf-8"), statuses, manifest


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
