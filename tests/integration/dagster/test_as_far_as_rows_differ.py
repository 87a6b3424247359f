"""What changed is built as far as rows differ, and the warehouse is always that of a fresh build."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project
from tests.support.forked_dbt import dbt_forked

SEQUENCES = int(os.environ.get("MOBILITY_SEQUENCES", "2"))
_OURS = (
    "dbt_project.yml", "profiles.yml",
    "macros/persist_docs.sql", "macros/materializations.sql", "macros/seeds.sql",
)  # fmt: skip
VIEW = "{{ config(materialized='view') }}\n"
NUMBERS = "seeds/numbers.csv"
# `small` hides what happens above ten, `cells` is read in parts, a view stands between two tables.
FILES = {
    NUMBERS: "code,kind,number\n01,a,1\n02,a,20\n03,b,3\n",
    "models/warehouse/doubled.sql": "select code, kind, 2 * number as number from {{ ref('numbers') }}\n",
    "models/warehouse/small.sql": "select code, least(number, 10) as number from {{ ref('numbers') }}\n",
    "models/warehouse/shown.sql": VIEW + "select number from {{ ref('small') }}\n",
    "models/warehouse/total.sql": "select sum(number)::bigint as total from {{ ref('shown') }}\n",
    "models/warehouse/cells.sql": "select code, kind, number / 4 as number from {{ ref('doubled') }}\n",
    "models/warehouse/of_a.sql": "select code, number from {{ ref('cells') }} where kind = 'a'\n",
    "models/warehouse/of_b.sql": "select code, number from {{ ref('cells') }} where kind = 'b'\n",
    "models/warehouse/models.yml": """
models:
  - {name: cells, config: {meta: {parts: kind}}}
  - {name: of_a, config: {meta: {part_of: {cells: a}}}}
  - {name: of_b, config: {meta: {part_of: {cells: b}}}}
""",
}


@pytest.fixture(scope="module", autouse=True)
def _dbt_is_there() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, dbt_forked(patch):
        yield


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of seven models with our materializations."""
    folder = tmp_path / "project"
    for name in _OURS:
        write(folder, name, (DBT_PROJECT_DIR / name).read_text(encoding="utf-8"))
    for name, text in FILES.items():
        write(folder, name, text)
    for module in (dbt_project, dbt_runner):
        monkeypatch.setattr(module, "DBT_PROJECT_DIR", folder)
    return folder


def write(project: Path, name: str, text: str) -> None:
    (project / name).parent.mkdir(parents=True, exist_ok=True)
    (project / name).write_text(text, encoding="utf-8", newline="\n")


def built(settings: Settings, only: list[str] | None = None, *, anew: bool = True) -> set[str]:
    """Build; the models that were made anew."""
    results = warehouse.build(settings, only=only, anew=anew).results
    made = {one.unique_id for one in results if one.unique_id.startswith("model.") and not one.kept}
    return {unique_id.split(".")[2] for unique_id in made}


def tables(settings: Settings) -> dict[str, list[tuple]]:
    """Every relation of the warehouse with its rows; signs of zeros count."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "select table_name from information_schema.tables where table_schema = 'main' order by 1"
            ).fetchall()
        ]
        return {
            name: sorted(map(repr, connection.execute(f"from {name}").fetchall()))
            for name in names  # type: ignore[misc]
        }


def test_below_rows_that_stayed_nothing_is_made_anew(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    assert built(settings) == {"doubled", "small", "shown", "total", "cells", "of_a", "of_b"}

    write(project, NUMBERS, FILES[NUMBERS].replace("20", "30"))  # above ten, of kind a
    assert built(settings) == {"doubled", "small", "cells", "of_a"}
    write(project, NUMBERS, FILES[NUMBERS].replace("b,3", "b,4"))  # back, and below ten, of kind b
    assert built(settings) == {"doubled", "small", "shown", "total", "cells", "of_a", "of_b"}

    doubled = "models/warehouse/doubled.sql"
    write(project, doubled, f"{FILES[doubled]}-- as before\n")
    assert built(settings) == {"doubled"}  # the same rows, so what is made of them stays
    cells = "models/warehouse/cells.sql"
    write(project, cells, f"{FILES[cells]}-- as before\n")
    assert built(settings) == {"cells"}
    write(
        project, cells, FILES[cells].replace("number / 4", "(number / 4)::float")
    )  # same numbers, other type
    assert built(settings) == {"cells", "of_a", "of_b"}


def test_zero_below_zero_is_another_number(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    zero = "select code, kind, {}::double * 0 as number from {{{{ ref('numbers') }}}}\n"
    write(project, "models/warehouse/cells.sql", zero.format(1))
    write(project, "models/warehouse/below.sql", "select * from {{ ref('of_a') }}\n")
    built(settings)
    write(project, "models/warehouse/cells.sql", zero.format(-1))
    assert built(settings) == {"cells", "of_a", "of_b", "below"}


def test_some_models_alone_are_made_as_they_are_asked_for(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    built(settings)
    assert built(settings, ["doubled", "cells"]) == {"doubled", "cells"}
    assert built(settings, ["doubled", "cells"], anew=False) == set()
    write(project, NUMBERS, FILES[NUMBERS].replace("20", "30"))
    assert built(settings, ["numbers", "doubled", "small", "total"], anew=False) == {"doubled", "small"}
    # Nothing differs below `small`; `cells` is older than what it is made of.
    assert built(settings) == {"cells", "of_a"}


def test_what_was_built_alone_is_not_made_again_for_the_next_change(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    chain = ["doubled", "cells", "of_a", "of_b"]
    cells = "models/warehouse/cells.sql"
    built(settings)
    write(
        project, "models/warehouse/doubled.sql", FILES["models/warehouse/doubled.sql"].replace("2 *", "4 *")
    )
    assert built(settings, chain, anew=False) == set(chain)
    write(project, cells, FILES[cells] + "-- said otherwise\n")
    assert built(settings, chain, anew=False) == {"cells"}


def test_seeds_that_were_loaded_alone_and_taken_back_are_loaded_once_more(
    project: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    built(settings)
    before = tables(settings)
    write(project, NUMBERS, FILES[NUMBERS].replace("b,3", "b,4"))
    built(settings, ["doubled"], anew=False)  # of the numbers that were loaded before
    built(settings, ["numbers", "small"], anew=False)
    assert not warehouse.is_current(settings)
    assert built(settings, ["doubled"], anew=False) == {"doubled"}
    write(project, NUMBERS, FILES[NUMBERS])
    built(settings, ["small"], anew=False)
    built(settings)
    assert tables(settings) == before


def test_after_a_changed_macro_models_alone_are_made(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", channel="sample")
    small = "models/warehouse/small.sql"
    bound = "macros/bound.sql"
    write(project, bound, "{% macro bound() %}10{% endmacro %}")
    write(project, small, FILES[small].replace("10", "{{ bound() }}"))
    built(settings)
    write(project, bound, "{% macro bound() %}2{% endmacro %}")
    assert built(settings, ["small"], anew=False) == {"small"}
    assert not warehouse.is_current(settings)
    write(project, bound, "{% macro bound() %}10{% endmacro %}")
    assert "small" in built(settings)


NODES = ["numbers", "doubled", "small", "total", "cells", "of_a"]


def changes(chance: random.Random) -> list[Callable[[Path], None]]:
    """Ways to change the project, and to go back."""

    def other_number(project: Path) -> None:
        header, *rows = (project / NUMBERS).read_text(encoding="utf-8").splitlines()
        at = chance.randrange(len(rows))
        code, kind, _ = rows[at].split(",")
        rows[at] = f"{code},{kind},{chance.choice([0, 3, 12, 20, 30])}"
        write(project, NUMBERS, "\n".join([header, *rows]) + "\n")

    def other_sql(project: Path) -> None:
        name = f"models/warehouse/{chance.choice(['doubled', 'small', 'shown', 'cells', 'of_a'])}.sql"
        less = f"{'and' if 'where' in FILES[name] else 'where'} code <> '03'\n"
        write(project, name, FILES[name] + chance.choice(["", "-- said otherwise\n", less]))

    def other_kind(project: Path) -> None:
        name = f"models/warehouse/{chance.choice(['doubled', 'cells', 'of_b'])}.sql"
        write(project, name, chance.choice(["", VIEW]) + FILES[name])

    def one_more_or_less(project: Path) -> None:
        extra = project / "models" / "warehouse" / "extra.sql"
        if extra.exists():
            extra.unlink()
        else:
            write(project, "models/warehouse/extra.sql", "select * from {{ ref('total') }}\n")

    def other_macro(project: Path) -> None:
        write(project, "macros/unused.sql", f"{{% macro unused() %}}{chance.random()}{{% endmacro %}}\n")

    def all_as_it_was(project: Path) -> None:
        for name, text in FILES.items():
            write(project, name, text)

    return [
        other_number,
        other_number,
        other_sql,
        other_sql,
        other_kind,
        one_more_or_less,
        other_macro,
        all_as_it_was,
    ]


def test_after_random_changes_it_is_the_warehouse_of_a_fresh_build(project: Path, tmp_path: Path) -> None:
    chance = random.Random(20261130)
    settings = Settings(home=tmp_path / "home", channel="sample")
    built(settings)
    told = []
    for turn in range(SEQUENCES):
        for change in chance.sample(changes(chance), chance.choice([1, 1, 2, 3])):
            told.append(change.__name__)
            change(project)
        while chance.random() < 0.4:
            alone = chance.sample(NODES, 2)
            told.append(f"alone {alone}")
            built(settings, alone, anew=chance.random() < 0.5)
            change = chance.choice(changes(chance))
            told.append(change.__name__)
            change(project)
        built(settings)
        fresh = Settings(home=tmp_path / f"fresh-{turn}", channel="sample")
        built(fresh)
        assert tables(settings) == tables(fresh), f"turn {turn}: {', '.join(told)}"


def test_what_was_built_in_parts_and_taken_back_leaves_nothing(project: Path, tmp_path: Path) -> None:
    chance = random.Random(20261130)
    settings = Settings(home=tmp_path / "home", channel="sample")
    built(settings)
    as_it_was = tables(settings)
    for turn in range(SEQUENCES):
        told = []
        for _ in range(chance.choice([1, 1, 2])):
            name = chance.choice([name for name in FILES if not name.endswith(".yml")])
            other = FILES[name].replace("b,3", "b,4") if name == NUMBERS else fewer(FILES[name])
            write(project, name, other)
            nodes = {Path(name).stem, *chance.sample(NODES, chance.choice([0, 0, 1, 2]))}
            told.append(f"{name}, alone {nodes}")
            built(settings, sorted(nodes), anew=False)
        for name, text in FILES.items():
            write(project, name, text)
        built(settings)
        assert tables(settings) == as_it_was, f"turn {turn}: {'; '.join(told)}"


def fewer(sql: str) -> str:
    """The SQL of a model of which a row is gone."""
    return f"select * from ({sql.removeprefix(VIEW)}) limit 1\n"
