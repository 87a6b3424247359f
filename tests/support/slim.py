"""A candidate of a few tables: for tests that carry files about, whichever these are.

A store of objects is asked several times for each file, and the stand-in for one answers in milliseconds of
the same processor: with every table a push takes seconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.files import files_below, sha256_of
from orchestration.base.manifests import NAME as MANIFEST
from orchestration.base.manifests import read_manifest
from orchestration.base.sql import literal

# What a comparison reads, a publication, and the names of areas and variables.
KEPT = (
    "metric_values",
    "series",
    "deviations",
    "geography_years",
    "county",
    "geographies",
    "variables",
    "value_components",
)
DATABASE = "mobility.duckdb"
DOCUMENTS = ("README.md", "CHANGES.md", "CITATION.cff")


def make_slim(candidate: Path, *, whole_database: bool = False) -> None:
    """Take all but a few tables out of a candidate that nobody judged, its manifest true to what is left.

    Args:
        candidate: its folder.
        whole_database: leave `mobility.duckdb` as it is, for pages.
    """
    manifest = read_manifest(candidate)
    tables = {name: manifest["tables"][name] for name in KEPT}
    stems = {entry["stem"] for entry in tables.values()}
    for path in files_below(candidate):
        kept = whole_database and path.name == DATABASE
        if path.stem not in stems and path.name not in DOCUMENTS and not kept:
            path.unlink()
    if not whole_database:
        _write_database(candidate, tables)
    files = {
        path.relative_to(candidate).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in files_below(candidate)
    }
    text = json.dumps({**manifest, "tables": tables, "files": files}, indent=1, sort_keys=True)
    (candidate / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _write_database(candidate: Path, tables: dict[str, Any]) -> None:
    with duckdb.connect(str(candidate / DATABASE)) as database:
        for name, entry in tables.items():
            parquet = candidate / "parquet" / f"{entry['stem']}.parquet"
            database.execute(f"create table {name} as from read_parquet({literal(str(parquet))})")
