"""Building a warehouse with dbt: only what changed, never at the cost of the last good file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.settings import DBT_PROJECT_DIR, Settings
from orchestration.warehouse import build as warehouse
from orchestration.warehouse import dbt as dbt_runner
from orchestration.warehouse import project as dbt_project
from orchestration.warehouse.dbt import DbtFailure
from tests.support.forked_dbt import dbt_forked

DOUBLED = "models/warehouse/doubled.sql"
MODELS = {
    "seeds/numbers.csv": "code,number\n01,1\n02,2\n",
    "seeds/seeds.yml": "seeds:\n  - name: numbers\n    config:\n      column_types: {code: varchar}\n",
    DOUBLED: "select code, 2 * number as number from {{ ref('numbers') }}\n",
    "models/warehouse/channel.sql": "select channel from lake.run_context\n",
    "models/warehouse/models.yml": (
        "models:\n  - name: doubled\n    description: Twice $ and 'more'.\n"
        "    columns:\n      - name: number\n        description: Twice the number.\n"
    ),
    "tests/numbers_are_small.sql": "select * from {{ ref('doubled') }} where number > 100\n",
}


@pytest.fixture(scope="module", autouse=True)
def _dbt_is_there() -> Iterator[None]:
    """Twenty commands of dbt on two models: half of each would be its start."""
    with pytest.MonkeyPatch.context() as patch, dbt_forked(patch):
        yield


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project of two models, with our own project file, profile, comments and materializations."""
    folder = tmp_path_factory.mktemp("project")
    files = {
        name: (DBT_PROJECT_DIR / name).read_text("utf-8")
        for name in (
            "dbt_project.yml",
            "profiles.yml",
            "macros/persist_docs.sql",
            "macros/materializations.sql",
            "macros/seeds.sql",
        )
    }
    for name, text in {**files, **MODELS}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return folder


def rows(settings: Settings, table: str) -> list[tuple]:
    """Rows of a table of the warehouse."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(f"from {table} order by all").fetchall()


def comments(settings: Settings, kind: str = "table") -> list[tuple]:
    """Comment of the relation `doubled` and of its column `number`."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return connection.execute(
            f"select relation.comment, col.comment from duckdb_{kind}s() as relation, "
            f"duckdb_columns() as col where relation.{kind}_name = 'doubled' and col.table_name = 'doubled' "
            "and col.column_name = 'number'"
        ).fetchall()


def test_the_life_of_a_warehouse(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    settings = Settings(home=tmp_path, channel="sample")
    heard: list[tuple[int, int, str]] = []

    first = warehouse.build(settings, lambda *told: heard.append(told))
    assert first.built and first.selection == ()
    assert rows(settings, "doubled") == [("01", 2), ("02", 4)]
    assert rows(settings, "channel") == [("sample",)]
    assert first.rows["doubled"] == 2
    assert {what for _, _, what in heard} == {"numbers", "doubled", "channel", "numbers_are_small"}
    assert [(done, total) for done, total, _ in heard] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert comments(settings) == [("Twice $ and 'more'.", "Twice the number.")]
    assert warehouse.is_current(settings)

    again = warehouse.build(settings)
    assert not again.built and again.rows == first.rows and again.fingerprint == first.fingerprint

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,5\n", encoding="utf-8")
    assert not warehouse.is_current(settings)
    partial = warehouse.build(settings)
    assert partial.selection == ("path:seeds/numbers.csv+",)
    assert {result.unique_id.split(".")[2] for result in partial.results} == {
        "numbers",
        "doubled",
        "numbers_are_small",
    }
    assert rows(settings, "doubled") == [("01", 10)]

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,500\n", encoding="utf-8")
    with pytest.raises(DbtFailure, match="test numbers_are_small: 1 failing rows") as failed:
        warehouse.build(settings)
    assert {result.unique_id for result in failed.value.results if not result.good} == {
        "test.mobility.numbers_are_small"
    }
    assert "row: code=01, number=1000" in str(failed.value)  # which rows, not only how many
    assert rows(settings, "doubled") == [("01", 10)]  # the last good one
    assert dbt_runner.building_warehouse(settings).exists()  # and the failed one, to look at

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,5\n", encoding="utf-8")
    assert not warehouse.build(settings).built  # back to what the warehouse was built from

    model = project / "models" / "warehouse" / "doubled.sql"
    for materialized in ("view", "table"):  # in the place of what was there, of whichever kind
        model.write_text(
            f"{{{{ config(materialized='{materialized}') }}}}\n{MODELS[DOUBLED]}", encoding="utf-8"
        )
        assert warehouse.build(settings).selection == (f"path:{DOUBLED}+",)
        assert rows(settings, "doubled") == [("01", 10)]
        assert comments(settings, materialized) == [("Twice $ and 'more'.", "Twice the number.")]
    model.write_text(MODELS[DOUBLED], encoding="utf-8")


def test_some_models_are_built_alone_and_what_is_not_whole_says_so(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    settings = Settings(home=tmp_path, channel="sample")
    (project / "seeds" / "numbers.csv").write_text("code,number\n01,1\n", encoding="utf-8")

    with pytest.raises(MobilityError, match="no whole warehouse"):
        warehouse.build(settings, only=["doubled"])
    whole = warehouse.build(settings)

    again = warehouse.build(settings, only=["doubled"])
    assert [result.unique_id for result in again.results] == ["model.mobility.doubled"]  # not its test
    assert again.rows == whole.rows and warehouse.is_current(settings)  # nothing changed: still whole
    warehouse.refuse_unfinished(settings)
    tested = warehouse.build(settings, only=["numbers_are_small"])
    assert [result.unique_id for result in tested.results] == ["test.mobility.numbers_are_small"]

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,2\n", encoding="utf-8")
    warehouse.build(settings, only=["numbers"])
    assert (rows(settings, "numbers"), rows(settings, "doubled")) == ([("01", 2)], [("01", 2)])
    with pytest.raises(MobilityError, match="only some built since: numbers"):
        warehouse.refuse_unfinished(settings)

    # The change is taken back: what was built alone is another all the same.
    (project / "seeds" / "numbers.csv").write_text("code,number\n01,1\n", encoding="utf-8")
    assert not warehouse.is_current(settings)
    mended = warehouse.build(settings)
    assert mended.selection == ("path:seeds/numbers.csv+",)
    assert (rows(settings, "numbers"), rows(settings, "doubled")) == ([("01", 1)], [("01", 2)])
    assert warehouse.is_current(settings)

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,3\n", encoding="utf-8")
    with pytest.raises(MobilityError, match="an older build"):
        warehouse.refuse_unfinished(settings)


def test_the_project_is_read_once_for_every_home(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    parse, read = dbt_runner.parse, []

    def counted(folder: Path, last: Path | None, mark: str) -> Path:
        read.append(last)
        return parse(folder, last, mark)

    monkeypatch.setattr(dbt_runner, "parse", counted)
    (project / "seeds" / "numbers.csv").write_text("code,number\n01,7\n", encoding="utf-8")
    first, second = (dbt_project.manifest(Settings(home=tmp_path / home)) for home in ("one", "two"))
    assert first == second and len(read) == 1
    assert "model.mobility.doubled" in json.loads(first.read_text(encoding="utf-8"))["nodes"]

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,8\n", encoding="utf-8")
    third = dbt_project.manifest(Settings(home=tmp_path / "one"))
    assert third != first
    assert len(read) == 2 and not first.exists()  # what was read of the older project is gone
    # Of the changed project only the change was read, and the manifest is that of a fresh look.
    assert read[0] is None and read[1] == third.with_name("parsed.msgpack")
    (fresh := tmp_path / "fresh").mkdir()
    assert _nodes(third) == _nodes(parse(fresh))

    (project / "seeds" / "numbers.csv").write_text("code,number\n01,9\n", encoding="utf-8")
    shutil.rmtree(project / "target")
    (project / "target").write_text("a folder that cannot be written\n", encoding="utf-8")
    at_home = dbt_project.manifest(Settings(home=tmp_path / "one"))
    assert at_home.is_relative_to(tmp_path / "one") and len(read) == 3
    assert dbt_project.manifest(Settings(home=tmp_path / "one")) == at_home and len(read) == 3
    (project / "target").unlink()


def test_a_new_home_reads_no_file_that_was_read_before(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    reading = "Starting full parse"  # dbt's own words
    shutil.rmtree(project / "target", ignore_errors=True)
    numbers = project / "seeds" / "numbers.csv"
    numbers.write_text("code,number\n01,21\n", encoding="utf-8")
    one, two = (Settings(home=tmp_path / home, channel="sample") for home in ("one", "two"))
    warehouse.build(one)
    assert reading in dbt_runner.log_file(one).read_text("utf-8")  # nobody read it before

    dbt_project.manifest(one)
    warehouse.build(two)
    assert reading not in dbt_runner.log_file(two).read_text("utf-8")
    assert rows(two, "doubled") == [("01", 42)]

    numbers.write_text("code,number\n01,22\n", encoding="utf-8")  # the next build sees a change all the same
    warehouse.build(two)
    assert reading not in dbt_runner.log_file(two).read_text("utf-8")
    assert rows(two, "doubled") == [("01", 44)]


def _nodes(manifest: Path) -> dict[str, dict[str, object]]:
    """The nodes of a manifest without the time at which dbt read them."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return {
        key: {name: value for name, value in node.items() if name != "created_at"}
        for key, node in nodes.items()
    }


def test_a_project_that_cannot_be_read_says_why(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_project, "DBT_PROJECT_DIR", project)
    monkeypatch.setattr(dbt_runner, "DBT_PROJECT_DIR", project)
    stray = project / "models" / "warehouse" / "stray.sql"
    stray.write_text("select * from {{ ref('gone') }}\n", encoding="utf-8")
    try:
        with pytest.raises(MobilityError, match="a node named 'gone'"):
            dbt_project.manifest(Settings(home=tmp_path))
    finally:
        stray.unlink()


def test_seeds_are_those_of_the_project_though_another_folder_is_remembered(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project that was copied with what dbt remembers of it, as a second checkout or a moved one."""
    copied = tmp_path / "it's a copy"
    settings = Settings(home=tmp_path / "home", channel="sample")
    for folder in (project, copied):
        for module in (dbt_project, dbt_runner):
            monkeypatch.setattr(module, "DBT_PROJECT_DIR", folder)
        if folder == copied:
            shutil.copytree(project, copied)
            (project / "seeds" / "numbers.csv").write_text("code,number\n01,7\n", encoding="utf-8")
            settings.warehouse.unlink()
        else:
            (project / "seeds" / "numbers.csv").write_text("code,number\n01,5\n", encoding="utf-8")
        warehouse.build(settings)
        assert rows(settings, "numbers") == [("01", 5)]
