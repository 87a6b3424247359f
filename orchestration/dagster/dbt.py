"""One asset per seed and model of the dbt project, and one check per dbt test.

dagster-dbt reads the assets from dbt's manifest. The build itself is `orchestration.warehouse.build`:
one step, since DuckDB has one writer, and the same code as for the command.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets

from orchestration.base.seeds import read
from orchestration.base.settings import Channel
from orchestration.dagster.channels import asset_key, named
from orchestration.dagster.options import RunOptions
from orchestration.dagster.release import goes_on_to_the_gate
from orchestration.dagster.sources import source_key
from orchestration.dagster.steps import build_warehouse
from orchestration.gate.evaluate import imported_ahead
from orchestration.warehouse.build import WarehouseReport, is_current
from orchestration.warehouse.dbt import DbtFailure, NodeResult

LAKE = "lake"
DEFAULT_OWNER = "team:statistics"
_UNIQUE_ID = "dagster_dbt/unique_id"
_STAGES = ("staging", "geography", "metrics", "warehouse", "publications")


class Translator(DagsterDbtTranslator):
    """How a dbt node is shown: relations of the lake are their source, groups are stages and pillars."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        super().__init__(
            DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_duplicate_source_asset_keys=True)
        )

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Models and seeds under their own name, relations of the lake under their source's, by channel."""
        name = dbt_resource_props["name"]
        if dbt_resource_props["resource_type"] == "source" and dbt_resource_props["source_name"] == LAKE:
            return source_key(self._channel, name.split("__", 1)[0])
        return asset_key(self._channel, name)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """A seed is knowledge, the models of a metric belong to its pillar, all others to their stage."""
        return named(self._channel, self._group(dbt_resource_props))

    @staticmethod
    def _group(dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "seed":
            return "knowledge"
        stage, *folders = dbt_resource_props["fqn"][1:-1]
        pillar = _pillars().get(folders[0]) if folders else None
        if stage == "metrics" and pillar:
            return _identifier(pillar)
        return stage if stage in _STAGES else "metrics"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The owner of the YAML's meta, else the team that writes the models."""
        return [str(_meta(dbt_resource_props).get("owner", DEFAULT_OWNER))]


@cache
def _pillars() -> dict[str, str]:
    """Metric -> pillar, as seed `variables` knows them."""
    return {row["metric"]: row["pillar"] for row in read("variables")}


def warehouse_assets(channel: Channel, manifest: Path) -> dg.AssetsDefinition:
    """All dbt assets of the project with their checks."""

    @dbt_assets(
        manifest=_with_homes_for_tests(manifest),
        dagster_dbt_translator=Translator(channel),
        name=named(channel, "warehouse_tables"),
    )
    def warehouse(context: dg.AssetExecutionContext, options: RunOptions) -> Iterator[Any]:
        settings = options.settings(channel)
        if goes_on_to_the_gate(context, channel) and not is_current(settings):
            imported_ahead()  # while dbt builds, this process only waits
        try:
            report = build_warehouse(settings, _only(context), anew=not options.only_changed)
        except DbtFailure as failure:
            yield from _checks(context, failure.results)  # so that the UI shows which test failed
            raise
        context.log.info(_told(report))
        yield from _events(context, report)

    return warehouse


def _only(context: dg.AssetExecutionContext) -> list[str] | None:
    """Names of the nodes and tests that were launched, if not all models were."""
    if {spec.key for spec in context.assets_def.specs} <= context.selected_asset_keys:
        return None
    assets = [key.path[-1] for key in context.selected_asset_keys]
    return sorted(assets + [key.name for key in context.selected_asset_check_keys])


def _with_homes_for_tests(manifest: Path) -> dict[str, Any]:
    """dbt's manifest, in which a test of several models belongs to the one furthest down.

    dagster-dbt shows such a test nowhere unless it is told where it belongs.
    """
    content: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    nodes = content["nodes"]
    for node in nodes.values():
        if node["resource_type"] == "test" and not node.get("attached_node"):
            parents = [name for name in node["depends_on"]["nodes"] if name in nodes]
            if parents:
                node["attached_node"] = max(parents, key=lambda name: (_stage(nodes[name]), name))
    return content


def _stage(node: Mapping[str, Any]) -> int:
    folder = node["fqn"][1]
    return _STAGES.index(folder) if folder in _STAGES else -1  # a seed


def terminal_keys(channel: Channel, manifest: Path) -> list[dg.AssetKey]:
    """What a release is made of: the models of the stages `warehouse` and `publications`, and the seeds."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        asset_key(channel, node["name"])
        for node in nodes
        if node["resource_type"] == "seed"
        or (node["resource_type"] == "model" and node["fqn"][1] in ("warehouse", "publications", "geography"))
    )


def _events(context: dg.AssetExecutionContext, report: WarehouseReport) -> Iterator[Any]:
    """What became of each selected asset and check."""
    results = {result.unique_id: result for result in report.results}
    specs = {spec.key: spec for spec in context.assets_def.specs}
    needs = {key: [dep.asset_key for dep in spec.deps] for key, spec in specs.items()}
    for key in TopologicalSorter(needs).static_order():  # Dagster wants an asset after those it needs
        if key in specs and key in context.selected_asset_keys:
            yield _materialized(specs[key], results.get(specs[key].metadata[_UNIQUE_ID]), report)
    yield from _checks(context, report.results)


def _checks(context: dg.AssetExecutionContext, found: Iterable[NodeResult]) -> Iterator[dg.AssetCheckResult]:
    results = {result.unique_id: result for result in found}
    for check in context.assets_def.check_specs:
        result = results.get(check.metadata[_UNIQUE_ID])
        if result and check.key in context.selected_asset_check_keys:
            yield _checked(check, result)


def _materialized(
    spec: dg.AssetSpec, result: NodeResult | None, report: WarehouseReport
) -> dg.MaterializeResult:
    metadata: dict[str, Any] = {"status": result.status if result and not result.kept else "unchanged"}
    rows = report.rows.get(spec.key.path[-1])
    if rows is not None:
        metadata["dagster/row_count"] = rows
    if result:
        metadata["seconds"] = result.seconds
    metadata["fingerprint"] = report.fingerprint
    return dg.MaterializeResult(asset_key=spec.key, metadata=metadata)


def _checked(check: dg.AssetCheckSpec, result: NodeResult) -> dg.AssetCheckResult:
    warned = result.status == "warn"
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=result.status in ("pass", "success"),
        severity=dg.AssetCheckSeverity.WARN if warned else dg.AssetCheckSeverity.ERROR,
        metadata={"failing rows": result.rows or 0, "seconds": result.seconds, "message": result.message},
    )


def _told(report: WarehouseReport) -> str:
    if not report.built:
        return "nothing changed since the last build: no model was run"
    scope = f"only {' '.join(report.selection)}" if report.selection else "everything"
    kept = sum(result.kept for result in report.results)
    stayed = f", of which {kept} models stayed as they were" if kept else ""
    return f"built {scope}: {len(report.results)} models, seeds and tests in {report.seconds} s{stayed}"


def _meta(dbt_resource_props: Mapping[str, Any]) -> Mapping[str, Any]:
    return dbt_resource_props.get("config", {}).get("meta") or dbt_resource_props.get("meta") or {}


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
