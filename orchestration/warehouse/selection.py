"""Which models lie between a metric's own and the table that compares it with what was published."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestration.base.errors import MobilityError

COMPARISON = "comparison_with_published"
_METRICS = "metrics/"
_TABLES = ("model", "seed")


def to_comparison(
    manifest: Path, metrics: Iterable[str], present: Collection[str], changed: Collection[str] = ()
) -> list[str]:
    """Names of the models of some metrics and of all through which they reach the comparison.

    What the metrics and the published numbers are made of and is older than its inputs is built too, all
    changed seeds, and what the comparison is made of and the warehouse has not, such as another new metric.

    Args:
        manifest: dbt's manifest of the project.
        metrics: folders of `dbt_project/models/metrics`.
        present: names of the tables and views of the warehouse.
        changed: relations of the lake, and files of the project, that changed since the warehouse was built;
            names of models that were built alone since.

    Raises:
        MobilityError: there is no such folder.
    """
    project: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
    models = {key: node for key, node in project["nodes"].items() if node["resource_type"] == "model"}
    folders: dict[str, set[str]] = {}
    for key, node in models.items():
        if node["path"].startswith(_METRICS):
            folders.setdefault(node["path"].split("/")[1], set()).add(key)
    own: set[str] = set()
    for metric in metrics:
        if metric not in folders:
            raise _unknown(metric, sorted(folders))
        own |= folders[metric]
    ends = {key for key, node in models.items() if node["name"] == COMPARISON}
    needed = _reached(project["parent_map"], ends)
    between = _reached(project["child_map"], own) & needed
    tables = {key: node["name"] for key, node in project["nodes"].items() if node["resource_type"] in _TABLES}
    lacking = {key for key in needed & tables.keys() if tables[key] not in present}
    nodes = {**project["sources"], **project["nodes"]}
    begun = {key for key, node in nodes.items() if {node["name"], node["original_file_path"]} & {*changed}}
    stale = _reached(project["child_map"], begun) & _reached(project["parent_map"], own)
    # What was published may have changed too. Other metrics are not built for it, nor what is made for them.
    others = {key for keys in folders.values() for key in keys} - own
    stale |= _reached(_without(others, project["child_map"]), begun - others) & _reached(
        _without(others, project["parent_map"]), ends
    )
    # Tests look at seeds that no model on the way reads, such as the lists of variables and of rules.
    stale |= {key for key in begun if nodes[key].get("resource_type") == "seed"}
    return sorted(tables[key] for key in (own | between | lacking | stale) & tables.keys())


def _reached(edges: Mapping[str, list[str]], start: set[str]) -> set[str]:
    found, waiting = set(start), list(start)
    while waiting:
        new = set(edges.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found


def _without(nodes: Collection[str], edges: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Edges that lead to none of some nodes."""
    return {key: [other for other in others if other not in nodes] for key, others in edges.items()}


def _unknown(metric: str, known: list[str]) -> MobilityError:
    near = difflib.get_close_matches(metric, known, n=1)
    return MobilityError(
        "There is no such metric to build.",
        where=metric,
        expected=f"a folder of dbt_project/models/metrics: {', '.join(known)}",
        remedy=f"did you mean {near[0]}?" if near else "choose one of them",
    )
