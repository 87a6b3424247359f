"""What a warehouse is built from, and what changed since its models were made.

It stands beside the warehouse, as JSON. A build in parts adds to it what it saw of changes and which models
it made after them; a build of all that depends on them begins it anew. So it does not matter in which order
things are changed, built in parts, and taken back: a model that was made of something else than what stands
there now is known as such (docs/decisions/0103-what-a-model-was-made-of.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from orchestration.base.files import write_json
from orchestration.base.settings import Settings

Inputs = dict[str, dict[str, str]]
"""Every piece that a warehouse depends on, with its hash or version, by kind: lake, dbt, versions."""

EVERYTHING = "everything"
"""What changed if any model may be another one: a macro, a YAML file, a version, or something is gone."""

_PROJECT = "mobility"
"""The name of the project in dbt_project.yml, which stands in dbt's unique ids."""


@dataclass(frozen=True)
class State:
    """What is known of a warehouse; of one that was never built, or of which nothing is known, nothing.

    `inputs` are those of the last build, whole or in parts. `pending` names the relations of the lake and the
    files of the project that changed since the last whole one. `changed` says of each node of the project
    (as macro `in_place` names it) with other rows or other SQL which models were made since. `unloaded` are
    seeds whose file changed since they were loaded, `alone` names what was built in parts, `rows` counts the
    rows of every table.
    """

    inputs: Inputs = field(default_factory=dict)
    pending: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    unloaded: list[str] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every model is made of what the inputs are."""
        return bool(self.inputs) and not self.changed

    @property
    def selection(self) -> list[str] | None:
        """What dbt must build for a whole warehouse, as its selectors; None if everything."""
        if not self.inputs or EVERYTHING in self.changed:
            return None
        relations = [f"source:lake.{name}+" for name in self.pending.get("lake", ())]
        return relations + [f"path:{name}+" for name in self.pending.get("dbt", ())]

    def seeing(self, now: Inputs) -> State:
        """What is to be known once the inputs are these."""
        if not self.inputs:
            return self
        differing = {
            kind: sorted(name for name, digest in pieces.items() if self.inputs[kind].get(name) != digest)
            for kind, pieces in now.items()
        }
        relations, files = differing["lake"], differing["dbt"]
        gone = any(self.inputs[kind].keys() - pieces.keys() for kind, pieces in now.items())
        changed = [f"source.{_PROJECT}.lake.{name}" for name in relations] + to_be_made(
            Path(name).stem for name in files
        )
        if gone or differing["versions"] or not all(map(_can_be_alone, files)):
            changed.append(EVERYTHING)
        seeds = [f"seed.{_PROJECT}.{Path(name).stem}" for name in files if name.startswith("seeds/")]
        return replace(
            self,
            inputs=now,
            pending={
                kind: sorted({*self.pending.get(kind, ()), *differing[kind]}) for kind in ("lake", "dbt")
            },
            changed=self.changed | {node: [] for node in changed},
            unloaded=sorted({*self.unloaded, *seeds}),
        )

    def after(self, only: Sequence[str], other_rows: Iterable[str]) -> State:
        """What is known once some nodes were built alone, of which these turned out to have other rows."""
        if self.is_whole:  # what is made of the same once more is the same
            return self
        made, seeds = ([f"{kind}.{_PROJECT}.{name}" for name in only] for kind in ("model", "seed"))
        unloaded = {*self.unloaded} - {*seeds}
        changed = {
            # Models that were made while a seed stood there as of before have not seen it.
            node: since if node in unloaded else sorted({*since, *made})
            for node, since in self.changed.items()
        }
        return replace(
            self,
            changed=changed | {node: sorted(made) for node in other_rows},
            unloaded=sorted(unloaded),
            alone=sorted({*self.alone, *only}),
        )


def to_be_made(names: Iterable[str]) -> list[str]:
    """Models are to be made; the rows of seeds, which dbt loads itself, are other ones."""
    return [node for name in names for node in (f"model.{_PROJECT}.{name}/sql", f"seed.{_PROJECT}.{name}")]


def with_other_rows(name: str) -> list[str]:
    """A model with all its parts."""
    node = f"model.{_PROJECT}.{name}"
    return [node, f"{node}/*"]


def _can_be_alone(name: str) -> bool:
    """Only changed rows and changed SQL can be built alone: a changed macro or YAML may touch any model."""
    folder, suffix = name.split("/", 1)[0], Path(name).suffix
    return (folder, suffix) in {("models", ".sql"), ("tests", ".sql"), ("seeds", ".csv")}


def read(settings: Settings) -> State:
    """What is known of the warehouse of a channel; a file that is no such JSON says nothing."""
    try:
        found = json.loads(_file(settings).read_text(encoding="utf-8"))
        return State(**{one.name: found[one.name] for one in fields(State)})
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return State()


def write(settings: Settings, state: State) -> None:
    """Note what is known."""
    write_json(_file(settings), asdict(state))


def forget(settings: Settings) -> None:
    """A warehouse of which nothing is known is built from its beginning."""
    _file(settings).unlink(missing_ok=True)


def _file(settings: Settings) -> Path:
    return settings.warehouse.with_suffix(".json")
