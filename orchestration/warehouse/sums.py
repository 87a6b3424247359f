"""Sums of survey records, a state of a vintage at a time, so that several machines can make them.

The model `survey_person_sums` groups records by state and sample among others, so the sums of the nation are
those of its states, one under the other; and they are whole numbers, so it is the same to the digit who made
them and in which order. What is run is the model's own SQL, as dbt renders it, on the records of one state.

`partial` makes those of a state of a vintage, `compacted` puts a vintage's into one file, and a build takes
them if they are those of its lake and its project; else it sums the records itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.base.errors import MobilityError
from orchestration.base.files import sha256_of, write_json
from orchestration.base.settings import SEEDS_DIR, Settings
from orchestration.base.sql import literal
from orchestration.ingest import lake
from orchestration.sources import SOURCES
from orchestration.storage import lake_files, summed_files
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project

if TYPE_CHECKING:
    import duckdb

MODEL = "survey_person_sums"
SOURCE = "census_acs_pums"
_LEFT_TO_DBT = f"{MODEL},resource_type:model"
"""dbt's words for the model alone, without its tests, which run on what was put there."""


_TYPES = "auto_type_candidates = ['BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DATE', 'VARCHAR']"
"""Types that dbt gives the columns of a seed."""


@dataclass(frozen=True)
class Summed:
    """Sums of a part, and whether they were made now."""

    name: str
    rows: int
    made: bool


@dataclass(frozen=True)
class _Recipe:
    """What dbt makes of the model and of all it is made of, in their order, and the seeds among it."""

    sql: dict[str, str]
    seeds: tuple[str, ...]
    mark: str


def partial(settings: Settings, vintage: str, state: str) -> Summed | None:
    """Sum the records of a state of a vintage; None if the lake has none."""
    lake_files.look(settings, SOURCE)
    summed_files.look(settings)
    recipe = _recipe(settings)
    made_of = _made_of(settings, recipe, vintage, state)
    if made_of is None:
        return None
    name = summed_files.name_of(MODEL, vintage, state)
    if (receipt := summed_files.current(settings, name, made_of)) is not None:
        return Summed(name, receipt["rows"], made=False)
    with _connected(settings) as connection:
        lake.attach_part(connection, settings, SOURCES[SOURCE], vintage, state)
        for seed in recipe.seeds:
            path = literal(str(SEEDS_DIR / f"{seed}.csv"))
            connection.execute(f"create table {seed} as from read_csv({path}, header = true, {_TYPES})")
        for model, sql in recipe.sql.items():
            connection.execute(f"create {'table' if model == MODEL else 'view'} {model} as {sql}")
        return _kept(settings, connection, name, made_of)


def compacted(settings: Settings, vintage: str) -> Summed | None:
    """Put the sums of all states of a vintage into one file; None if the lake has no record of it.

    Raises:
        MobilityError: some states are not summed, or were summed from other records.
    """
    lake_files.look(settings, SOURCE)
    summed_files.look(settings)
    recipe = _recipe(settings)
    parts = _parts(settings, recipe, vintage)
    if not parts:
        return None
    found = {
        state: summed_files.current(settings, _name(vintage, state), mark) for state, mark in parts.items()
    }
    if lacking := [state for state, receipt in found.items() if receipt is None]:
        raise MobilityError(
            "Some states of a vintage are not summed from the records that the lake has now.",
            where=f"{MODEL}, vintage {vintage}",
            expected=f"sums of {len(parts)} states",
            found=f"none, or old ones, of {', '.join(lacking)}",
            remedy="run these partitions first",
        )
    name, made_of = _name(vintage), _hash(parts)
    if (receipt := summed_files.current(settings, name, made_of)) is not None:
        return Summed(name, receipt["rows"], made=False)
    with _connected(settings) as connection:
        _load(
            settings,
            connection,
            [(_name(vintage, state), receipt) for state, receipt in found.items() if receipt],
        )
        return _kept(settings, connection, name, made_of)


def put(settings: Settings, building: Path) -> list[str]:
    """Put the sums into a warehouse that is being built, if they are those of its lake and project.

    Returns:
        What dbt must be told to leave out: nothing where the model is to sum the records itself.
    """
    import duckdb

    summed_files.look(settings)
    # Homes that never had sums do not ask dbt for the recipe.
    vintages = lake_files.vintages(settings, SOURCE)
    if not any(summed_files.is_there(settings, _name(vintage)) for vintage in vintages):
        return []
    recipe = _recipe(settings)
    found = []
    for vintage in vintages:
        if not (parts := _parts(settings, recipe, vintage)):
            continue
        receipt = summed_files.current(settings, _name(vintage), _hash(parts))
        if receipt is None:
            return []
        found.append((_name(vintage), receipt))
    if not found:
        return []
    with duckdb.connect(str(building)) as connection:
        _load(settings, connection, found)
    return ["--exclude", _LEFT_TO_DBT]


def _name(vintage: str, state: str | None = None) -> str:
    return summed_files.name_of(MODEL, vintage, state)


def _parts(settings: Settings, recipe: _Recipe, vintage: str) -> dict[str, str]:
    """State -> of what its sums are to be made, of the states that the lake has."""
    states = sorted(
        {
            str(partition)
            for table in SOURCES[SOURCE].tables
            for of_vintage, partition in SOURCES[SOURCE].pieces(table)
            if of_vintage == vintage
        }
    )
    found = ((state, _made_of(settings, recipe, vintage, state)) for state in states)
    return {state: mark for state, mark in found if mark is not None}


def _made_of(settings: Settings, recipe: _Recipe, vintage: str, state: str) -> str | None:
    pieces = [lake.Piece(SOURCES[SOURCE], table, vintage, state) for table in SOURCES[SOURCE].tables]
    receipts = {piece.table.name: piece.receipt(settings) for piece in pieces}
    contents = {name: receipt["parquet_sha256"] for name, receipt in receipts.items() if receipt}
    return _hash([recipe.mark, contents]) if contents else None


def _recipe(settings: Settings) -> _Recipe:
    """The SQL, rendered once for a state of the project and kept beside dbt's other files."""
    manifest = project.manifest(settings)
    kept = settings.channel_dir / "dbt" / "sums" / f"{manifest.stem}.json"
    try:
        known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        models, seeds = _ancestors(json.loads(manifest.read_text(encoding="utf-8")))
        known = {"sql": dbt_runner.rendered(settings, models, kept.parent / "target"), "seeds": seeds}
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_json(kept, known)
        known = json.loads(kept.read_text(encoding="utf-8"))
    order = _ancestors(json.loads(manifest.read_text(encoding="utf-8")))[0]
    sql = {model: known["sql"][model] for model in order}
    contents = [sha256_of(SEEDS_DIR / f"{seed}.csv") for seed in known["seeds"]]
    return _Recipe(sql, tuple(known["seeds"]), _hash([sql, contents, project.versions()]))


def _ancestors(manifest: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The models that the sums are made of, in their order, and the seeds."""
    nodes = manifest["nodes"]
    needs: dict[str, list[str]] = {}
    waiting = [key for key in nodes if key.endswith(f".{MODEL}") and key.startswith("model.")]
    while waiting:
        key = waiting.pop()
        needs[key] = [parent for parent in nodes[key]["depends_on"].get("nodes", ()) if parent in nodes]
        waiting += [parent for parent in needs[key] if parent not in needs]
    order = [nodes[key] for key in TopologicalSorter(needs).static_order()]
    kinds = {
        kind: [node["name"] for node in order if node["resource_type"] == kind] for kind in ("model", "seed")
    }
    return kinds["model"], sorted(kinds["seed"])


def _connected(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A database of the warehouse's name, which the SQL speaks of, that is gone afterwards."""
    import duckdb

    connection = duckdb.connect(config={"threads": settings.threads, "memory_limit": settings.memory_limit})
    connection.execute(f"attach ':memory:' as {settings.warehouse.stem}")
    connection.execute(f"use {settings.warehouse.stem}")
    return connection


def _kept(settings: Settings, connection: duckdb.DuckDBPyConnection, name: str, made_of: str) -> Summed:
    """Write the table in one order, so that the same sums are the same bytes."""
    draft = summed_files.draft(settings, name)
    try:
        written = connection.execute(
            f"copy (from {MODEL} order by all) to {literal(str(draft))} (format parquet, compression zstd)"
        ).fetchone()
        rows = int(written[0]) if written else 0
        summed_files.keep(settings, name, draft, {"made_of": made_of, "rows": rows})
    finally:
        draft.unlink(missing_ok=True)
    return Summed(name, rows, made=True)


def _load(
    settings: Settings, connection: duckdb.DuckDBPyConnection, files: Sequence[tuple[str, dict[str, Any]]]
) -> None:
    """The table of the model from files of sums."""
    paths = ", ".join(literal(str(summed_files.local(settings, *file))) for file in files)
    connection.execute(f"create or replace table {MODEL} as from read_parquet([{paths}])")


def _hash(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
