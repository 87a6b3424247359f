"""What a person sees in Dagster: every source, model and publication, described and owned."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.settings import SEEDS_DIR, Settings
from orchestration.dagster.release import gated_tables
from orchestration.dagster.sources import source_key
from orchestration.sources import SOURCES
from orchestration.warehouse import project as dbt_project


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    """Every asset that a job can make."""
    graph = definitions.resolve_asset_graph()
    return {
        spec.key: spec for spec in definitions.resolve_all_asset_specs() if graph.get(spec.key).is_executable
    }


@pytest.fixture(scope="module")
def nodes(definitions: dg.Definitions, parsed_home: Path) -> list[dict]:
    """Every seed and model of the dbt project."""
    manifest = dbt_project.manifest(Settings(home=parsed_home))
    found = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return [node for node in found if node["resource_type"] in ("seed", "model")]


def test_one_asset_per_source_seed_and_model(specs: dict, nodes: list[dict]) -> None:
    expected = {source_key(name) for name in SOURCES}
    expected |= {dg.AssetKey([node["name"]]) for node in nodes}
    expected |= {dg.AssetKey(name) for name in ("candidate", "gate", "release")}
    assert set(specs) == expected


def test_every_asset_has_group_owner_description_and_kind(specs: dict) -> None:
    bare = {
        key.to_user_string(): (spec.group_name, spec.owners, bool(spec.description), spec.kinds)
        for key, spec in specs.items()
        if spec.group_name in (None, "default") or not spec.owners or not spec.description or not spec.kinds
    }
    assert bare == {}


def test_metrics_are_grouped_and_seeds_are_knowledge(specs: dict, nodes: list[dict]) -> None:
    groups = {key: spec.group_name for key, spec in specs.items()}
    assert {groups[dg.AssetKey([node["name"]])] for node in nodes if node["resource_type"] == "seed"} == {
        "knowledge"
    }
    assert {"sources", "staging", "geography", "warehouse", "publications", "release"} <= set(groups.values())
    assert groups[dg.AssetKey("county")] == "publications"
    assert groups[dg.AssetKey("employment__values")] == "rewarding_work"
    assert groups[dg.AssetKey("digital_access__values")] == "high_quality_education"


def test_staging_depends_on_its_source(specs: dict) -> None:
    frames = specs[dg.AssetKey("stg_urban_frames__county_populations")]
    assert source_key("urban_frames") in {dep.asset_key for dep in frames.deps}
    needed = {dep.asset_key for dep in specs[dg.AssetKey("candidate")].deps}
    assert {dg.AssetKey("county"), dg.AssetKey("metric_values"), dg.AssetKey("deviations")} <= needed


def test_a_blocking_check_for_each_publication(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    checks = [graph.get(key) for key in graph.asset_check_keys if key.asset_key == dg.AssetKey("gate")]
    assert {check.key.name for check in checks} == set(gated_tables())
    assert all(check.blocking for check in checks)
    assert len(gated_tables()) == len((SEEDS_DIR / "publication_list.csv").read_text("utf-8").splitlines())


def test_dbt_tests_are_checks(definitions: dg.Definitions, parsed_home: Path) -> None:
    manifest = dbt_project.manifest(Settings(home=parsed_home))
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    tests = [node for node in nodes if node["resource_type"] == "test"]
    checks = definitions.resolve_asset_graph().asset_check_keys
    assert len(tests) > 50
    assert {node["name"] for node in tests} == {key.name for key in checks} - set(gated_tables())


def test_jobs_and_schedule(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert {"refresh", "build_candidate", "publish_release"} <= set(repository.job_names)
    assert repository.get_job("publish_release").asset_layer.executable_asset_keys == {dg.AssetKey("release")}
    assert repository.has_schedule_def("monthly_refresh")


def test_yearly_sources_have_a_freshness_policy(specs: dict) -> None:
    yearly = {source_key(name) for name, source in SOURCES.items() if source.schedule_month}
    assert yearly
    assert {key for key, spec in specs.items() if spec.freshness_policy} == yearly
