"""dbt's documentation of the models as one page that works from a file: lineage, SQL, tests, columns.

dbt's own page takes manifest and catalog as text where it is asked for a static page; so do we, but without
running `dbt docs generate`, which would read the project once more. What changes from run to run or from
machine to machine (times, run ids, folders, environment, compiled SQL) is left out: the same project and the
same tables give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError

# Facts of a run or a machine in a node. Compiled SQL is among them: it is there for what was built last only.
_OF_A_RUN = frozenset(
    {
        "build_path", "compiled", "compiled_code", "compiled_path", "created_at", "deferred", "extra_ctes",
        "extra_ctes_injected", "root_path", "unrendered_config", "unrendered_database", "unrendered_schema",
    }
)  # fmt: skip
_IN_NO_ORDER = frozenset({"refs", "sources"})
_PARTS = (
    "nodes", "sources", "macros", "docs", "exposures", "metrics", "groups", "selectors", "parent_map",
    "child_map", "group_map", "saved_queries", "semantic_models", "unit_tests",
)  # fmt: skip
_OF_A_BUILD = {"macros/materializations.sql", "macros/persist_docs.sql"}
_PLACES = {"manifest": '"MANIFEST.JSON INLINE DATA"', "catalog": '"CATALOG.JSON INLINE DATA"'}
_COLUMNS = """
    select schema_name, table_name, column_name, data_type, comment
    from duckdb_columns() where not internal order by schema_name, table_name, column_index"""
_TABLES = """
    select schema_name, table_name, 'BASE TABLE', comment from duckdb_tables() where not internal union all
    select schema_name, view_name, 'VIEW', comment from duckdb_views() where not internal order by all"""


def write(folder: Path, manifest: Path, warehouse: Path, version: str) -> None:
    """Write `index.html` into a folder.

    Args:
        folder: where the page goes; made if it is not there.
        manifest: dbt's manifest of the project.
        warehouse: the DuckDB file that dbt built; only read.
        version: version of the release, whose day stands for the time of the run.
    """
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    day = "-".join(version.split(".")[:3]) + "T00:00:00Z"
    nodes = stable_manifest(json.loads(manifest.read_text(encoding="utf-8")), day)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = catalog(connection, nodes, day)
    for name, data in (("manifest", nodes), ("catalog", found)):
        if page.count(_PLACES[name]) != 1:
            raise MobilityError(
                "dbt's page of documentation is not as this project knows it.",
                where=DOCS_INDEX_FILE_PATH,
                expected=f"one place for {name}.json",
                found=str(page.count(_PLACES[name])),
                remedy="use the dbt of requirements.lock, or teach dbt_docs.py the new page",
            )
        page = page.replace(_PLACES[name], _json(data))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(page, encoding="utf-8", newline="\n")


def stable_manifest(manifest: dict[str, Any], day: str) -> dict[str, Any]:
    """The parts of dbt's manifest that the page shows, without facts of a run or a machine.

    Macros are those that the project's models name: dbt's own are 500 more, which no reader of a release
    looks up. How relations are made is left out like the hooks: it says nothing about the numbers.
    """
    name = manifest["metadata"]["project_name"]
    kept: dict[str, Any] = {part: manifest.get(part) or {} for part in _PARTS}
    kept["macros"] = {
        key: one
        for key, one in kept["macros"].items()
        if one["package_name"] == name and one["original_file_path"] not in _OF_A_BUILD
    }
    kept["nodes"] = {key: one for key, one in kept["nodes"].items() if one["resource_type"] != "operation"}
    shown = frozenset(kept["macros"])
    for part in _PARTS:
        kept[part] = {key: _stable(one, shown) for key, one in kept[part].items()}
    about = {key: manifest["metadata"][key] for key in ("dbt_schema_version", "dbt_version", "adapter_type")}
    kept["metadata"] = {
        **about,
        "project_name": name,
        "generated_at": day,
        "send_anonymous_usage_stats": False,
    }
    return kept


def _stable(node: Any, macros: frozenset[str]) -> Any:
    """A node without what changes; lists whose order dbt does not promise are sorted.

    A build adds the macros that ran to what a node depends on, reading the project does not: of those only
    `macros` are kept.
    """
    if isinstance(node, list):
        return sorted(node) if all(isinstance(one, str) for one in node) else node
    if not isinstance(node, dict):
        return node
    found = {key: value for key, value in node.items() if key not in _OF_A_RUN}
    for name in _IN_NO_ORDER & found.keys():
        found[name] = sorted(found[name], key=json.dumps)
    if "depends_on" in found:
        found["depends_on"] = {
            kind: sorted(one for one in names if kind != "macros" or one in macros)
            for kind, names in found["depends_on"].items()
        }
    return found


def catalog(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any], day: str) -> dict[str, Any]:
    """What dbt calls the catalog: columns and types of every relation, as the warehouse has them."""
    columns: dict[tuple[str, str], dict[str, Any]] = {}
    for schema, table, column, kind, comment in connection.execute(_COLUMNS).fetchall():
        of_table = columns.setdefault((schema, table), {})
        of_table[column] = {"name": column, "type": kind, "index": len(of_table) + 1, "comment": comment}
    tables = {(row[0], row[1]): row[2:] for row in connection.execute(_TABLES).fetchall()}
    found: dict[str, dict[str, Any]] = {"nodes": {}, "sources": {}}
    for part in found:
        for key, node in manifest[part].items():
            place = node["schema"], node.get("identifier") or node.get("alias") or node["name"]
            if place in tables and node["resource_type"] in ("model", "seed", "source"):
                kind, comment = tables[place]
                about = {"type": kind, "schema": place[0], "name": place[1], "database": node["database"]}
                found[part][key] = {
                    "metadata": {**about, "comment": comment, "owner": None},
                    "columns": columns.get(place, {}),
                    "stats": {"has_stats": _NO_STATS},
                    "unique_id": key,
                }
    return {"metadata": {"generated_at": day}, **found, "errors": None}


_NO_STATS = {
    "id": "has_stats", "label": "Has Stats?", "value": False, "include": False,
    "description": "Numbers of rows stand in the release's manifest.json",
}  # fmt: skip


def _json(data: dict[str, Any]) -> str:
    """JSON that can stand in a script: no text of it can end the script."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "<\\u0021--")
