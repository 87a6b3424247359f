"""Builds the warehouse of a channel: attaches the lake, runs dbt, keeps the last good file.

dbt writes a copy in `building/`; only when every model is built and no test failed is the copy
renamed to `warehouse.duckdb`. Killed in the middle, the next build starts over; failed, the last
good warehouse stays and the failed one can be looked at.

What a build depends on is hashed piece by piece (relations of the lake, files of the dbt project,
versions). Nothing changed: nothing runs. Some pieces changed: only what depends on them runs, and of that
only as far as rows differ (macro `in_place`, docs/decisions/0099-as-far-as-rows-differ.md).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.files import write_json
from orchestration.base.locks import only_one
from orchestration.base.progress import Progress
from orchestration.base.settings import Settings
from orchestration.storage import lake_files
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project
from orchestration.warehouse import sums
from orchestration.warehouse.dbt import NodeResult

_PROJECT = "mobility"
"""Its name in dbt_project.yml, which stands in dbt's unique ids."""


@dataclass(frozen=True)
class WarehouseReport:
    """What a build did.

    `built` is False if nothing had changed; `results` then is empty. `rows` counts the rows of every
    table of the warehouse's main schema. `selection` is what dbt was told to select; empty if everything.
    """

    path: Path
    fingerprint: str
    built: bool
    rows: dict[str, int] = field(default_factory=dict)
    results: tuple[NodeResult, ...] = ()
    selection: tuple[str, ...] = ()
    seconds: float = 0.0


def fingerprint(settings: Settings) -> str:
    """One hash of everything that the warehouse's content depends on."""
    return _mark(_inputs(settings))


def is_current(settings: Settings) -> bool:
    """Whether a build would find that nothing changed.

    Raises:
        MobilityError: there is a warehouse that DuckDB cannot open.
    """
    _refuse_damaged(settings)
    return settings.warehouse.exists() and _stands(_read_state(settings), _inputs(settings))


def changed_since(settings: Settings) -> set[str]:
    """Relations of the lake and files of the project that the warehouse does not know as they are now.

    Models that were built alone are among them, since what depends on them is older.
    """
    state, now = _read_state(settings), _inputs(settings)
    before = state.get("inputs", {})
    changed = {
        name
        for kind in ("lake", "dbt")
        for name, digest in now[kind].items()
        if before.get(kind, {}).get(name) != digest
    }
    return changed | {*state.get("alone", ())}


def refuse_unfinished(settings: Settings) -> None:
    """Stop whoever would make something of a warehouse that is not what lake and project give now."""
    if settings.warehouse.exists() and not is_current(settings):
        alone = ", ".join(_read_state(settings).get("alone", ()))
        raise MobilityError(
            "The warehouse is not what the lake and the dbt project give now.",
            where=str(settings.warehouse),
            expected="every model built since the last change",
            found=f"only some built since: {alone}" if alone else "an older build",
            remedy="build the rest with `mobility build`, or launch the whole job `build_candidate`",
        )


def refuse_empty_lake(settings: Settings) -> None:
    """Say what to do first, before dbt tells of every source that is not there."""
    if lake_files.is_empty(settings):
        raise MobilityError(
            "There is nothing to build a warehouse of.",
            where=lake_files.where(settings),
            expected="tables of the sources",
            found="none",
            remedy="run `mobility ingest` first, or `mobility run`, which does everything",
        )


def build(
    settings: Settings,
    progress: Progress | None = None,
    only: Sequence[str] | None = None,
    *,
    anew: bool = True,
) -> WarehouseReport:
    """Bring the warehouse up to date with the lake and the dbt project.

    Args:
        settings: which channel, where, how many threads.
        progress: called once per finished model or test with (done, total, name).
        only: names of seeds, models and tests: nothing else is built. A warehouse that is not whole after
            it says so, and nothing is released of it.
        anew: build models of `only` whether or not anything that they are made of changed.

    Raises:
        MobilityError: a model or test failed; the last good warehouse is untouched.
    """
    started = time.monotonic()
    with only_one(settings.channel_dir, "build of the warehouse"):
        _refuse_damaged(settings)
        inputs = _inputs(settings)
        state = _read_state(settings)
        exists = settings.warehouse.exists()
        selected: Sequence[str] = ()
        changed = _changed(state, inputs)
        if only is not None:
            _refuse_nothing_to_add_to(settings, exists and "inputs" in state, only)
            options = ["--select", *only, "--indirect-selection", "empty"]
            changed |= _to_be_made(only) if anew else set()
            state = _after_some(state, inputs, only)
        elif exists and _stands(state, inputs):
            return WarehouseReport(settings.warehouse, _mark(inputs), built=False, rows=state["rows"])
        else:
            selection = _selection(state, inputs) if exists else None
            options = [] if selection is None else ["--select", *selection]
            selected = selection or ()
            state = {"inputs": inputs}
        building = _prepare(settings, changed if options else None)
        dbt_project.hand_over(settings)
        if only is None and (put := sums.put(settings, building)):
            if options:
                with duckdb.connect(str(building)) as connection:
                    _list_changed(connection, _with_other_rows([sums.MODEL]))
            options = [*options, *put]
        mark = dbt_project.mark_of(inputs["dbt"], inputs["versions"])
        results = dbt_runner.build(settings, options, progress, mark)
        rows = _close(building)
        _put_in_place(settings, building, {**state, "rows": rows})
    return WarehouseReport(
        path=settings.warehouse,
        fingerprint=_mark(inputs),
        built=True,
        rows=rows,
        results=tuple(results),
        selection=tuple(only or selected),
        seconds=round(time.monotonic() - started, 1),
    )


def _stands(state: dict[str, Any], inputs: dict[str, dict[str, str]]) -> bool:
    return state.get("inputs") == inputs and not state.get("alone")


def _after_some(
    state: dict[str, Any], inputs: dict[str, dict[str, str]], only: Sequence[str]
) -> dict[str, Any]:
    """What a warehouse is built from once some nodes were built alone.

    From what the others were built from; if that changed since, these and all that depends on them are to be
    built once more, also if the change is taken back. If nothing changed, they are as they were.
    """
    if _stands(state, inputs):
        return state
    return {**state, "alone": sorted({*state.get("alone", ()), *only})}


def _refuse_nothing_to_add_to(settings: Settings, whole: bool, only: Sequence[str]) -> None:
    if not whole:
        raise MobilityError(
            "Some models alone cannot be built: there is no whole warehouse to build them in.",
            where=str(settings.warehouse),
            expected="a warehouse that was built whole once",
            found="none" if not settings.warehouse.exists() else "one of which nothing is known",
            remedy=f"build everything with `mobility build` first, then {only[0]} and the others alone",
        )


def _mark(inputs: dict[str, dict[str, str]]) -> str:
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _inputs(settings: Settings) -> dict[str, dict[str, str]]:
    """Every piece that the warehouse depends on, with its hash or version."""
    return {"lake": _lake_relations(settings), "dbt": dbt_project.files(), "versions": dbt_project.versions()}


def _lake_relations(settings: Settings) -> dict[str, str]:
    """Hash per relation of the lake: its declared columns and the receipts of its files."""
    from orchestration.sources import SOURCES

    lake_files.look(settings)
    relations = {}
    for source in SOURCES.values():
        for table in source.tables:
            digest = hashlib.sha256(json.dumps(table.columns).encode())
            for name, content in lake_files.receipts(settings, source.name, table.name):
                digest.update(name.encode())
                digest.update(content)
            relations[f"{source.name}__{table.name}"] = digest.hexdigest()
    return relations


def _selection(state: dict[str, Any], now: dict[str, dict[str, str]]) -> list[str] | None:
    """What dbt must build after a change, as its selectors; None if everything.

    Only changed rows (lake, seeds) and changed SQL can be built alone: a changed macro or YAML may
    touch any model, and a removed file or relation would leave its table behind.
    """
    before = state.get("inputs")
    if before is None or before["versions"] != now["versions"]:
        return None
    if set(before["lake"]) - set(now["lake"]) or set(before["dbt"]) - set(now["dbt"]):
        return None
    files = [name for name, digest in now["dbt"].items() if before["dbt"].get(name) != digest]
    if not all(_can_be_alone(name) for name in files):
        return None
    relations = [name for name, digest in now["lake"].items() if before["lake"].get(name) != digest]
    selectors = [f"source:lake.{name}+" for name in relations] + [f"path:{name}+" for name in files]
    return selectors + [f"{name}+" for name in state.get("alone", ())]


def _changed(state: dict[str, Any], now: dict[str, dict[str, str]]) -> set[str]:
    """What is, or may be, another one than the warehouse was built from, as macro `in_place` looks for it.

    Whether the rows of models that were built alone differ from those of before is not known, so they do.
    """
    before: dict[str, dict[str, str]] = state.get("inputs", {})
    relations, files = (
        [name for name, digest in now[kind].items() if before.get(kind, {}).get(name) != digest]
        for kind in ("lake", "dbt")
    )
    stems = [Path(name).stem for name in files]
    sources = {f"source.{_PROJECT}.lake.{name}" for name in relations}
    return sources | _to_be_made(stems) | _with_other_rows([*state.get("alone", ())])


def _to_be_made(names: Iterable[str]) -> set[str]:
    """Models are to be made; the rows of seeds, which dbt loads itself, are other ones."""
    names = list(names)
    return {f"model.{_PROJECT}.{name}/sql" for name in names} | {f"seed.{_PROJECT}.{name}" for name in names}


def _with_other_rows(names: Iterable[str]) -> set[str]:
    """Seeds and models, each with all its parts."""
    nodes = {f"{kind}.{_PROJECT}.{name}" for name in names for kind in ("model", "seed")}
    return nodes | {f"{node}/*" for node in nodes}


def _can_be_alone(name: str) -> bool:
    folder, suffix = name.split("/", 1)[0], Path(name).suffix
    return (folder, suffix) in {("models", ".sql"), ("tests", ".sql"), ("seeds", ".csv")}


def _prepare(settings: Settings, changed: set[str] | None) -> Path:
    """A file for dbt to write, holding the relations of the lake.

    Where only part of it is built, it holds the last warehouse, and in `build.changed` what changed since.
    """
    import duckdb

    from orchestration.ingest import lake

    building = dbt_runner.building_warehouse(settings)
    shutil.rmtree(building.parent, ignore_errors=True)  # left by a build that failed or was killed
    building.parent.mkdir(parents=True)
    if changed is not None:
        shutil.copyfile(settings.warehouse, building)
    with duckdb.connect(str(building)) as connection:
        lake.attach(connection, settings)
        if changed is not None:
            connection.execute("create schema if not exists build")
            connection.execute("create or replace table build.changed (node varchar)")
            _list_changed(connection, changed)
    return building


def _list_changed(connection: duckdb.DuckDBPyConnection, nodes: set[str]) -> None:
    connection.execute("insert into build.changed select unnest(?::varchar[])", [sorted(nodes)])


def _close(building: Path) -> dict[str, int]:
    """Write everything into the one file; give the rows of every table of the main schema."""
    import duckdb

    with duckdb.connect(str(building)) as connection:
        connection.execute("CHECKPOINT")
        tables = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'main' order by all"
        ).fetchall()
    return dict(tables)


def _state_file(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".json")


def _read_state(settings: Settings) -> dict[str, Any]:
    """What the warehouse was built from; empty if unknown, which means: build everything."""
    try:
        return json.loads(_state_file(settings).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def _put_in_place(settings: Settings, building: Path, state: dict[str, Any]) -> None:
    """Make the new warehouse the current one; without a state file, it counts as unknown."""
    _state_file(settings).unlink(missing_ok=True)
    building.replace(settings.warehouse)
    settings.warehouse.with_name(settings.warehouse.name + ".wal").unlink(missing_ok=True)
    write_json(_state_file(settings), state)
    shutil.rmtree(building.parent, ignore_errors=True)


def _refuse_damaged(settings: Settings) -> None:
    if not settings.warehouse.exists():
        return
    try:
        duckdb.connect(str(settings.warehouse), read_only=True).close()
    except duckdb.Error as problem:
        if "lock" in str(problem):  # a person looks at it
            return
        raise MobilityError(
            "The warehouse is damaged.",
            where=str(settings.warehouse),
            expected="a database that DuckDB can open",
            found=str(problem).splitlines()[0],
            remedy="remove that file, then give the same command again: it is built anew",
        ) from problem
