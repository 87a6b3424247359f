"""What a person sees in Dagster: every source, model and publication, described and owned."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from orchestration.base.settings import SEEDS_DIR, Channel, Settings
from orchestration.dagster.channels import CHANNELS, asset_key
from orchestration.dagster.partitions import files_key, files_of, part_of, partitions_of
from orchestration.dagster.release import TABLE_CHECK, WHOLE_CHECK, gated_tables
from orchestration.dagster.sources import source_key
from orchestration.dagster.sums import by_state_key, by_vintage_key
from orchestration.sources import SOURCES
from orchestration.sources.census_acs_pums.layouts import VINTAGES
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
    expected = {
        key
        for channel in CHANNELS
        for source in SOURCES.values()
        if any(file.channel != ("sample" if channel == "national" else "national") for file in source.files)
        for key in (source_key(channel, source.name), files_key(channel, source.name))
    }
    expected |= {asset_key(channel, node["name"]) for channel in CHANNELS for node in nodes}
    expected |= {
        asset_key(channel, name) for channel in CHANNELS for name in ("candidate", "gate", "release")
    }
    expected |= {key(channel) for channel in CHANNELS for key in (by_state_key, by_vintage_key)}
    assert set(specs) == expected


def test_a_source_has_a_partition_for_each_vintage_and_state_of_its_files(specs: dict) -> None:
    for channel in CHANNELS:
        for source in SOURCES.values():
            if files := files_of(channel, source):
                keys = set(partitions_of(channel, source.name).get_partition_keys())
                assert specs[files_key(channel, source.name)].partitions_def is not None
                assert {part_of(key).vintage for key in keys} == {file.vintage for file in files}
                assert all(any(part_of(key).has(file) for key in keys) for file in files)
    pums = partitions_of("national", "census_acs_pums").get_partition_keys()
    assert "ia|2018-1yr" in pums and len(pums) == 52 * len(VINTAGES)


def test_every_asset_has_group_owner_description_and_kind(specs: dict) -> None:
    bare = {
        key.to_user_string(): (spec.group_name, spec.owners, bool(spec.description), spec.kinds)
        for key, spec in specs.items()
        if spec.group_name in (None, "default") or not spec.owners or not spec.description or not spec.kinds
    }
    assert bare == {}


def test_metrics_are_grouped_and_seeds_are_knowledge(specs: dict, nodes: list[dict]) -> None:
    groups = {key: spec.group_name for key, spec in specs.items()}
    assert {
        groups[asset_key("national", node["name"])] for node in nodes if node["resource_type"] == "seed"
    } == {"knowledge"}
    assert {"sources", "staging", "geography", "warehouse", "publications", "release"} <= set(groups.values())
    assert groups[asset_key("national", "county")] == "publications"
    assert groups[asset_key("sample", "county")] == "sample_publications"
    assert groups[asset_key("national", "employment__values")] == "rewarding_work"
    assert groups[asset_key("national", "digital_access__values")] == "high_quality_education"


def test_staging_depends_on_its_source(specs: dict) -> None:
    frames = specs[asset_key("national", "stg_urban_frames__county_populations")]
    assert source_key("national", "urban_frames") in {dep.asset_key for dep in frames.deps}
    needed = {dep.asset_key for dep in specs[asset_key("national", "candidate")].deps}
    assert {
        asset_key("national", "county"),
        asset_key("national", "metric_values"),
        asset_key("national", "deviations"),
    } <= needed


@pytest.mark.parametrize("channel", CHANNELS)
def test_each_publication_shows_the_gates_check_and_the_gate_blocks(
    definitions: dg.Definitions, channel: Channel
) -> None:
    graph = definitions.resolve_asset_graph()
    judged = [key.asset_key for key in graph.asset_check_keys if key.name == TABLE_CHECK]
    assert set(judged) == {asset_key(of, table) for of in CHANNELS for table in gated_tables()}
    whole = dg.AssetCheckKey(asset_key(channel, "gate"), WHOLE_CHECK)
    assert graph.get(whole).blocking
    assert len(gated_tables()) == len((SEEDS_DIR / "publication_list.csv").read_text("utf-8").splitlines())


def test_no_asset_of_a_channel_knows_one_of_the_other(specs: dict) -> None:
    foreign = {
        (key.to_user_string(), dep.asset_key.to_user_string())
        for key, spec in specs.items()
        for dep in spec.deps
        if dep.asset_key.path[0] != key.path[0]
    }
    assert foreign == set()
    groups = {
        channel: {s.group_name for k, s in specs.items() if k.path[0] == channel} for channel in CHANNELS
    }
    assert not groups["national"] & groups["sample"]


def test_dbt_tests_are_checks(definitions: dg.Definitions, parsed_home: Path) -> None:
    manifest = dbt_project.manifest(Settings(home=parsed_home))
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    tests = [node for node in nodes if node["resource_type"] == "test"]
    checks = definitions.resolve_asset_graph().asset_check_keys
    assert len(tests) > 50
    assert {node["name"] for node in tests} == {key.name for key in checks} - {TABLE_CHECK, WHOLE_CHECK}


def test_jobs_and_schedule(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    own = {"refresh", "build_candidate", "judge_candidate", "publish_release", "rollback_release"}
    assert own | {f"sample_{name}" for name in own} <= set(repository.job_names)
    assert repository.get_job("publish_release").asset_layer.executable_asset_keys == {
        asset_key("national", "release")
    }
    assert repository.has_schedule_def("monthly_refresh")


def test_every_source_has_a_freshness_policy(specs: dict) -> None:
    sources = {key: spec for key, spec in specs.items() if key.path[1] == "source"}
    assert {key for key, spec in specs.items() if spec.freshness_policy} == set(sources)
    yearly = specs[source_key("national", "hud_income_limits")].freshness_policy
    rare = specs[source_key("national", "seda")].freshness_policy
    assert yearly.fail_window < rare.fail_window
