"""The suites are Great Expectations' own: others can read, load, run and render them."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import expectation_classes
from expectations.rules.expectation import ExpectRowsToSatisfy, ExpectRuleToHold, native, query, rows
from expectations.rules.suite import suite_of
from orchestration.base.seeds import read
from orchestration.base.settings import PROJECT_ROOT
from orchestration.gate.evaluate import Evaluator
from orchestration.gate.manifest import read_manifest
from orchestration.gate.suites import find_suite
from orchestration.gate.table_verdicts import lay_out
from orchestration.gate.workbench import Workbench

# As anyone would, who has Great Expectations, the project's classes and a file.
_PLAIN = """
import json, sys
import great_expectations as gx
from great_expectations.core import ExpectationSuite
{imports}
context = gx.get_context(mode="ephemeral")
loaded = {{}}
for line in open(sys.argv[1], encoding="utf-8"):
    written = json.loads(line)
    suite = context.suites.add(ExpectationSuite(**written))
    loaded[suite.name] = len(suite.expectations)
print(json.dumps(loaded))
{more}
"""


@pytest.fixture(scope="module")
def suites(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Every suite of a sound candidate, written down one a line, with its number of expectations."""
    manifest = read_manifest(clean)
    path = tmp_path_factory.mktemp("suites") / "suites.jsonl"
    sizes = {}
    with Workbench() as workbench, path.open("w", encoding="utf-8") as file:
        tables = lay_out(workbench, manifest, manifest)
        for name, entry in manifest.tables.items():
            if entry.status == "available":
                suite = find_suite(name, entry.kind).make(name, tables)
                sizes[name] = len(suite.expectations)
                file.write(json.dumps(suite.to_json_dict()) + "\n")
    return path, sizes


def _plainly(file: Path, imports: str, more: str = "", *arguments: str) -> list[str]:
    program = _PLAIN.format(imports=imports, more=more)
    run = subprocess.run(
        [sys.executable, "-c", program, str(file), *arguments],
        cwd=PROJECT_ROOT,
        env={"PATH": "", "GX_ANALYTICS_ENABLED": "false", "HOME": str(file.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.splitlines()


def test_suites_load_where_their_classes_are_known(suites: tuple[Path, dict[str, int]]) -> None:
    file, sizes = suites
    assert sum(sizes.values()) > 400
    (loaded,) = _plainly(file, "import expectations.expectation_classes")
    assert json.loads(loaded) == sizes


def test_a_loaded_suite_runs_on_a_file(
    suites: tuple[Path, dict[str, int]], clean: Path, tmp_path: Path
) -> None:
    """The frame's suite asks of one table only, so that a database with that table is enough."""
    file, sizes = suites
    lines = [
        one for one in file.read_text("utf-8").splitlines() if json.loads(one)["name"] == "geography_years"
    ]
    (tmp_path / "frame.jsonl").write_text(lines[0] + "\n", encoding="utf-8")
    database = tmp_path / "frame.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema candidate; create schema previous")
        for schema in ("candidate", "previous"):
            connection.execute(
                f"create table {schema}.geography_years as from '{clean}/parquet/geography_years.parquet'"
            )
    more = """
source = context.data_sources.add_duckdb(
    "frame", connection_string="duckdb:///" + sys.argv[2], database_schema="candidate"
)
batch = source.add_table_asset("geography_years").add_batch_definition_whole_table("all").get_batch()
result = batch.validate(context.suites.get("geography_years"))
print(result.success, len(result.results))
"""
    imports = "import expectations.duckdb_datasource, expectations.expectation_classes"
    _, said = _plainly(tmp_path / "frame.jsonl", imports, more, str(database))
    assert said == f"True {sizes['geography_years']}"


def test_every_class_of_ours_is_among_those_that_one_imports() -> None:
    def below(kind: type) -> set[str]:
        return {kind.__name__}.union(*(below(one) for one in kind.__subclasses__()))

    assert below(ExpectRuleToHold) == set(expectation_classes.__all__)
    for name in expectation_classes.__all__:
        assert inspect.getdoc(getattr(expectation_classes, name))


def test_great_expectations_own_classes_are_used_where_one_fits(suites: tuple[Path, dict[str, int]]) -> None:
    file, _ = suites
    kinds: dict[str, set[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        for one in json.loads(line)["expectations"]:
            kinds.setdefault(one["meta"]["rule"], set()).add(one["type"])
    assert kinds["columns_in_order"] == {"expect_table_columns_to_match_ordered_list"}
    assert "expect_compound_columns_to_be_unique" in kinds["key_unique"]
    assert {"expect_column_values_to_be_in_set", "expect_column_values_to_not_be_null"} <= kinds["labels"]
    assert kinds["percentiles_rise"] == {"expect_column_pair_values_a_to_be_greater_than_b"}
    assert kinds["row_count"] == {"expect_table_row_count_to_equal"}


def test_every_expectation_of_ours_is_rendered_with_what_it_says() -> None:
    from great_expectations.render.renderer.inline_renderer import InlineRenderer

    parts = [query("county", "select 1", "select 1 where false")]
    for name in expectation_classes.__all__:
        kind = getattr(expectation_classes, name)
        (one,) = kind.declare("a_rule", "warning", "areas keep their order", parts)
        (rendered,) = InlineRenderer(render_object=one.configuration).get_rendered_content()
        assert rendered.to_json_dict()["value"]["template"] == "areas keep their order"
        undescribed = kind(rule="a_rule", parts=[part.configuration for part in parts])
        (rendered,) = InlineRenderer(render_object=undescribed.configuration).get_rendered_content()
        shown = rendered.to_json_dict()["value"]
        assert shown["template"] == "$says. Looks at: $names."
        assert shown["params"]["says"]["value"] == kind.__doc__
        assert shown["params"]["names"]["value"] == "county"
        (page,) = kind._prescriptive_renderer(configuration=one.configuration)
        assert page.to_json_dict()["string_template"]["params"]["says"] == "areas keep their order"


@pytest.fixture
def bench() -> Any:
    with Workbench() as workbench:
        workbench._run("create table candidate.areas as select '0' || i as geoid, i as n from range(5) r (i)")
        workbench._run("insert into candidate.areas values (null, 99)")
        yield workbench


def _judge(workbench: Workbench, *declared: Any) -> dict[str, Any]:
    return {one.rule: one for one in Evaluator(workbench).judge("areas", suite_of("areas", declared))}


def test_a_rule_that_raises_spoils_no_other(bench: Workbench) -> None:
    """Without autocommit the transaction would be aborted for all that come after."""
    bad = query("bad", "select 1", "select error('a fault of the data')")
    broken = query("lost", "select count(*) from candidate.nowhere", "select 1 where false")
    fine = rows("fine", "candidate.areas", "n > 100", ["geoid"])
    found = _judge(
        bench,
        *ExpectRowsToSatisfy.declare("raises", "error", "it raises", [bad, broken, fine]),
        *ExpectRowsToSatisfy.declare("holds", "error", "it holds", [fine]),
    )
    assert found["raises"].outcome == "raised"
    assert [part.raised is None for part in found["raises"].parts] == [False, False, True]
    assert "a fault of the data" in found["raises"].problem
    assert (found["holds"].outcome, found["holds"].looked_at) == ("passed", 6)


def test_rows_of_one_table_and_queries_keep_their_places(bench: Workbench) -> None:
    found = _judge(
        bench,
        *ExpectRowsToSatisfy.declare(
            "mixed",
            "error",
            "braces {batch}, a %s and a :word are what they are",
            [
                query("first", "select 7", "select * from candidate.areas where geoid = '{batch}:word%s'"),
                rows("second", "candidate.areas", "n > 2", ["geoid", "n"], where="geoid is not null"),
                query("third", "select 3", "select n from candidate.areas where n > 50"),
            ],
        ),
    )
    parts = {part.name: (part.looked_at, part.failing) for part in found["mixed"].parts}
    assert parts == {"first": (7, 0), "second": (5, 2), "third": (3, 1)}
    assert found["mixed"].parts[1].examples == [{"geoid": "03", "n": 3}, {"geoid": "04", "n": 4}]


def test_its_own_classes_are_told_with_counts_and_rows(bench: Workbench) -> None:
    from great_expectations.expectations.core import ExpectColumnValuesToBeBetween

    def between(most: int, where: str, minimum: int = 1) -> Any:
        return native(
            ExpectColumnValuesToBeBetween,
            "small",
            "error",
            "small",
            "n",
            failing=f"select geoid, n from candidate.areas where {where}",
            minimum=minimum,
            column="n",
            max_value=most,
        )

    found = _judge(bench, between(3, "n > 3"))["small"]
    assert (found.outcome, found.looked_at, found.unexpected) == ("failed", 6, 2)
    assert found.parts[0].examples == [{"geoid": "04", "n": 4}, {"geoid": None, "n": 99}]
    # Great Expectations passes whatever it looked at; the gate asks for as many as were to be looked at.
    assert _judge(bench, between(100, "false", 6))["small"].outcome == "passed"
    assert _judge(bench, between(100, "false", 7))["small"].outcome == "failed"


def test_its_own_class_that_cannot_be_evaluated_is_told_as_raised(bench: Workbench) -> None:
    from great_expectations.expectations.core import ExpectColumnValuesToNotBeNull

    one = native(
        ExpectColumnValuesToNotBeNull, "there", "error", "there", "lost", failing="select 1", column="lost"
    )
    found = _judge(bench, one)["there"]
    assert found.outcome == "raised"
    assert "lost" in str(found.problem)


def test_a_suite_is_complete_or_not_at_all() -> None:
    parts = [query("one", "select 1", "select 1 where false")]
    (one,) = ExpectRowsToSatisfy.declare("rule", "error", "it holds", parts)
    with pytest.raises(ValueError, match="declares a rule twice: rule, one"):
        suite_of("table", [one, one])


def test_the_list_of_suites_names_the_publications_in_their_order() -> None:
    lines = (PROJECT_ROOT / "expectations" / "suites.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [
        row["table_name"] for row in read("publication_list")
    ]
