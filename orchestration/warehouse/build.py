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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from orchestration.base.errors import MobilityError
from orchestration.base.locks import only_one
from orchestration.base.progress import Progress
from orchestration.base.settings import Settings
from orchestration.base.sql import literal
from orchestration.storage import lake_files
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project
from orchestration.warehouse import state as states
from orchestration.warehouse import sums
from orchestration.warehouse.dbt import NodeResult
from orchestration.warehouse.state import State


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
    return settings.warehouse.exists() and _seen(settings).is_whole


def changed_since(settings: Settings) -> set[str]:
    """Relations of the lake and files of the project that changed since the warehouse was built whole."""
    return {name for names in _seen(settings).pending.values() for name in names}


def refuse_unfinished(settings: Settings) -> None:
    """Stop whoever would make something of a warehouse that is not what lake and project give now."""
    if settings.warehouse.exists() and not is_current(settings):
        alone = ", ".join(states.read(settings).alone)
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
        state = states.read(settings).seeing(inputs) if settings.warehouse.exists() else State()
        changed = {**state.changed}
        selection: Sequence[str] | None = only
        if only is not None:
            _refuse_nothing_to_add_to(settings, bool(state.inputs), only)
            options = ["--select", *only, "--indirect-selection", "empty"]
            changed |= {node: [] for node in states.to_be_made(only)} if anew else {}
        elif state.is_whole:
            return WarehouseReport(settings.warehouse, _mark(inputs), built=False, rows=state.rows)
        else:
            selection = state.selection
            options = [] if selection is None else ["--select", *selection]
        building = _prepare(settings, None if selection is None else changed)
        dbt_project.hand_over(settings)
        if only is None and (put := sums.put(settings, building)):
            if selection is not None:
                with duckdb.connect(str(building)) as connection:
                    _list_changed(connection, {node: [] for node in states.with_other_rows(sums.MODEL)})
            options = [*options, *put]
        mark = dbt_project.mark_of(inputs["dbt"], inputs["versions"])
        results = dbt_runner.build(settings, options, progress, mark)
        rows, other_rows = _close(building)
        state = State(inputs) if only is None else state.after(only, other_rows)
        _put_in_place(settings, building, replace(state, rows=rows))
    return WarehouseReport(
        path=settings.warehouse,
        fingerprint=_mark(inputs),
        built=True,
        rows=rows,
        results=tuple(results),
        selection=tuple(selection or ()),
        seconds=round(time.monotonic() - started, 1),
    )


def _seen(settings: Settings) -> State:
    return states.read(settings).seeing(_inputs(settings))


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


def _prepare(settings: Settings, changed: Mapping[str, Sequence[str]] | None) -> Path:
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
            connection.execute("create schema build")
            connection.execute(
                "create table build.changed (node varchar, made_since varchar[], by_dbt boolean)"
            )
            _list_changed(connection, changed)
    return building


def _list_changed(connection: duckdb.DuckDBPyConnection, changed: Mapping[str, Sequence[str]]) -> None:
    """List nodes with other rows or SQL, each with the models that were made since."""
    # No parameters here: binding one makes DuckDB import pandas.
    rows = [
        f"({literal(node)}, [{', '.join(map(literal, since))}], false)" for node, since in changed.items()
    ]
    if rows:
        connection.execute(f"insert into build.changed values {', '.join(rows)}")


def _close(building: Path) -> tuple[dict[str, int], list[str]]:
    """Write everything into the one file, without the list of what changed.

    Returns:
        The rows of every table of the main schema, and the nodes that dbt found to have other rows.
    """
    import duckdb

    with duckdb.connect(str(building)) as connection:
        other_rows = []
        if connection.execute("from duckdb_schemas() where schema_name = 'build'").fetchall():
            found = connection.execute("select distinct node from build.changed where by_dbt order by node")
            other_rows = [row[0] for row in found.fetchall()]
            connection.execute("drop schema build cascade")
        connection.execute("CHECKPOINT")
        tables = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'main' order by all"
        ).fetchall()
    return dict(tables), other_rows


def _put_in_place(settings: Settings, building: Path, state: State) -> None:
    """Make the new warehouse the current one; without a state file, it counts as unknown."""
    states.forget(settings)
    building.replace(settings.warehouse)
    settings.warehouse.with_name(settings.warehouse.name + ".wal").unlink(missing_ok=True)
    states.write(settings, state)
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
