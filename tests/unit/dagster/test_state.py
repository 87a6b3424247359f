"""What is known of a warehouse: what is to be built after changes, in whatever order they come and go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from orchestration.base.settings import Settings
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import state as states
from orchestration.warehouse.state import EVERYTHING, Inputs, State

BEFORE = {
    "lake": {"a__x": "1", "a__y": "1"},
    "dbt": {"models/m.sql": "1", "models/m.yml": "1", "seeds/s.csv": "1", "macros/k.sql": "1"},
    "versions": {"duckdb": "1.5"},
}


def changed(part: str, name: str, value: str | None) -> Inputs:
    """`BEFORE` with one piece changed, or removed if the value is None."""
    now = {key: dict(pieces) for key, pieces in BEFORE.items()}
    if value is None:
        del now[part][name]
    else:
        now[part][name] = value
    return now


@pytest.mark.parametrize(
    ("part", "name", "selected"),
    [
        ("lake", "a__x", ["source:lake.a__x+"]),
        ("lake", "b__new", ["source:lake.b__new+"]),
        ("dbt", "models/m.sql", ["path:models/m.sql+"]),
        ("dbt", "seeds/s.csv", ["path:seeds/s.csv+"]),
        ("dbt", "tests/new.sql", ["path:tests/new.sql+"]),
    ],
)
def test_rows_and_sql_are_built_alone(part: str, name: str, selected: list[str]) -> None:
    seen = State(BEFORE).seeing(changed(part, name, "2"))
    assert not seen.is_whole
    assert seen.selection == selected


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("dbt", "macros/k.sql", "2"),
        ("dbt", "models/m.yml", "2"),
        ("dbt", "dbt_project.yml", "2"),
        ("dbt", "models/m.sql", None),
        ("lake", "a__x", None),
        ("versions", "duckdb", "1.6"),
    ],
)
def test_what_may_touch_anything_builds_everything(part: str, name: str, value: str | None) -> None:
    seen = State(BEFORE).seeing(changed(part, name, value))
    assert seen.selection is None and not seen.is_whole
    back = seen.after(["m"], []).seeing(BEFORE)
    assert back.selection is None and not back.is_whole


def test_unknown_origin_builds_everything(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.channel_dir.mkdir()
    for text in ("{ torn", "[]", '{"inputs": {}, "alone": []}'):  # the last as an earlier version wrote it
        settings.warehouse.with_suffix(".json").write_text(text, encoding="utf-8")
        found = states.read(settings)
        assert found == State() and found.seeing(BEFORE).selection is None
    assert not warehouse.is_current(settings)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.channel_dir.mkdir()
    state = State(BEFORE).seeing(changed("dbt", "seeds/s.csv", "2")).after(["m"], ["model.mobility.m"])
    states.write(settings, state)
    assert states.read(settings) == state


def test_a_relation_that_came_back_is_another_one_for_what_was_made_in_between() -> None:
    seen = State(BEFORE).seeing(changed("lake", "a__x", "2"))
    built = seen.after(["m"], ["model.mobility.m"])
    assert built.changed["source.mobility.lake.a__x"] == ["model.mobility.m"]
    back = built.seeing(BEFORE)
    assert back.changed["source.mobility.lake.a__x"] == []
    assert not back.is_whole


# A project in small: two inputs from outside, a seed, models that are made of them in this order.
PARENTS = {
    "m": ["source.mobility.lake.a__x"],
    "n": ["source.mobility.lake.a__x", "seed.mobility.s"],
    "o": ["model.mobility.m", "model.mobility.n"],
    "p": ["model.mobility.o", "seed.mobility.s"],
}
FILES = ["lake/a__x", "dbt/seeds/s.csv", *(f"dbt/models/{name}.sql" for name in PARENTS)]
# A changed macro hides whatever else is wrong, so it comes seldom.
CHANGES = st.tuples(st.sampled_from([*FILES * 3, "dbt/macros/k.sql"]), st.sampled_from("12"))
BUILDS = st.sets(st.sampled_from(["s", *PARENTS]), min_size=1, max_size=3)


class Home:
    """A warehouse, and what dbt and macro `in_place` do to it. A table is what it was made of.

    But for `n`, which reads the relation without showing it, so that a change may stop there.
    """

    def __init__(self) -> None:
        self.pieces = {**dict.fromkeys(FILES, "1"), "dbt/macros/k.sql": "1"}
        self.tables: dict[str, Any] = {}
        self.state = State()

    @property
    def inputs(self) -> Inputs:
        kinds: Inputs = {"lake": {}, "dbt": {}, "versions": {}}
        for path, version in self.pieces.items():
            kind, name = path.split("/", 1)
            kinds[kind][name] = version
        return kinds

    def made(self, name: str) -> Any:
        """The table of a model, of its parents as they stand."""
        of = [self.pieces["lake/a__x"] if parent.startswith("source") else self.tables[parent.split(".")[-1]]
              for parent in PARENTS[name]]  # fmt: skip
        of = of[1:] if name == "n" else of
        return self.pieces[f"dbt/models/{name}.sql"], self.pieces["dbt/macros/k.sql"], *of

    def below(self, start: set[str]) -> set[str]:
        """Names of what dbt's `+` selects: the start and all that is made of it."""
        found = set(start)
        for name, parents in PARENTS.items():  # in their order
            if found & {parent.split(".")[-1] for parent in parents}:
                found.add(name)
        return found

    def build(self, only: set[str] | None) -> None:
        self.state = self.state.seeing(self.inputs)
        if only is None and self.state.is_whole:
            return
        chosen = only
        if only is None and self.state.selection is None:
            self.tables.clear()
        elif only is None:
            chosen = self.below({Path(name).stem for names in self.state.pending.values() for name in names})
        listed = {**self.state.changed}
        other_rows = []
        for name in ["s", *PARENTS]:
            if chosen is not None and name not in chosen:
                continue
            if name == "s":
                self.tables["s"] = self.pieces["dbt/seeds/s.csv"]
                continue
            needs = [EVERYTHING, f"model.mobility.{name}/sql", *PARENTS[name]]
            own = f"model.mobility.{name}"
            if name in self.tables and not any(own not in listed.get(need, [own]) for need in needs):
                continue
            before, self.tables[name] = self.tables.get(name), self.made(name)
            if self.tables[name] != before:
                listed[own] = []
                other_rows.append(own)
        self.state = State(self.inputs) if only is None else self.state.after(sorted(only), other_rows)


@examples(max_examples=2_000)
@given(st.lists(st.one_of(CHANGES, BUILDS), min_size=2, max_size=6))
def test_a_whole_build_leaves_nothing_that_is_made_of_something_else(steps: list[Any]) -> None:
    home = Home()
    home.build(None)
    for step in steps:
        if isinstance(step, tuple):
            home.pieces[step[0]] = step[1]
        else:
            home.build(step)
    home.build(None)
    fresh = Home()
    fresh.pieces = home.pieces
    fresh.build(None)
    assert home.tables == fresh.tables
    assert home.state.is_whole
