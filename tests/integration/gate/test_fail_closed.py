"""Everything that is not a proof that the rules hold is a refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.base.errors import MobilityError
from orchestration.gate import Verdict, check_verdict, judge
from orchestration.gate.evaluate import Evaluator
from tests.integration.gate.conftest import Suites
from tests.support.candidate import Bench, write_candidate


def refused(bench: Bench, previous: Path | None = None) -> str:
    """Reasons of the refusal, after a look that publishing would be refused as well."""
    verdict = judge(bench.folder, previous)
    assert verdict.outcome == "refused"
    with pytest.raises(MobilityError):
        check_verdict(bench.folder)
    return "\n".join(verdict.refusals)


def outcome(verdict: Verdict, table: str) -> str:
    (found,) = (one.outcome for one in verdict.tables if one.table == table)
    return found


def test_a_sound_candidate_passes(bench: Bench, tiny: Suites) -> None:
    verdict = judge(bench.folder)
    assert verdict.refusals == []
    assert outcome(verdict, "county") == "passed"
    assert outcome(verdict, "county_tenure") == "unavailable"
    check_verdict(bench.folder)


def test_a_deleted_suite(bench: Bench, tiny: Suites) -> None:
    tiny.delete("place_age")
    assert refused(bench) == "place_age: it has no suite: tiny_suites/place_age.py is missing"


def test_a_deleted_suite_of_the_long_table(bench: Bench, tiny: Suites) -> None:
    tiny.delete("metric_values")
    assert "metric_values: it has no suite" in refused(bench)


def test_a_suite_that_declares_nothing(bench: Bench, tiny: Suites) -> None:
    tiny.write(
        "place_age",
        "from expectations.rules.suite import suite_of\n\n\n"
        "def suite(table, tables):\n    return suite_of(table, [])\n",
    )
    assert refused(bench) == "place_age: its suite declares no expectation"


def test_a_suite_that_declares_a_rule_twice(bench: Bench, tiny: Suites) -> None:
    tiny.change("place_age", "ExpectRowsToSatisfy.declare", "2 * ExpectRowsToSatisfy.declare")
    reason = "place_age: the suite raised ValueError: it declares a rule twice: has_rows, rows"
    assert reason in refused(bench)


def test_a_suite_put_together_past_suite_of(bench: Bench, tiny: Suites) -> None:
    """Great Expectations takes the same expectation twice; which of two answers counts is not known."""
    tiny.change("place_age", "return suite_of(", "return doubled(")
    tiny.change(
        "place_age",
        "def suite(",
        "def doubled(table, declared):\n    made = suite_of(table, declared)\n"
        "    made.expectations *= 2\n    return made\n\n\ndef suite(",
    )
    assert "place_age: 0 of 1 declared expectations were evaluated" in refused(bench)


def test_a_publication_that_the_list_does_not_name(bench: Bench, tiny: Suites) -> None:
    tiny.list("county", "county_tenure")
    assert refused(bench).startswith("place_age: it has no suite: ")


def test_a_suite_module_without_a_suite(bench: Bench, tiny: Suites) -> None:
    tiny.write("place_age", "")
    assert "place_age: the suite raised AttributeError" in refused(bench)


def test_a_suite_that_cannot_be_imported(bench: Bench, tiny: Suites) -> None:
    tiny.write("place_age", "import a_module_that_is_not_there\n")
    assert "place_age: the suite raised ModuleNotFoundError" in refused(bench)


def test_a_suite_that_raises(bench: Bench, tiny: Suites) -> None:
    tiny.write("place_age", "def suite(table, tables):\n    raise KeyError('income')\n")
    assert refused(bench) == "place_age: the suite raised KeyError: 'income'"


def test_an_expectation_that_raises(bench: Bench, tiny: Suites) -> None:
    tiny.change("place_age", "count(*)", "sum(no_such_column)")
    reasons = refused(bench)
    assert "place_age: 0 of 1 declared expectations were evaluated" in reasons
    assert "no_such_column" in reasons


def test_an_expectation_that_looked_at_nothing(bench: Bench, tiny: Suites) -> None:
    tiny.change("place_age", "select count(*) from candidate.place_age", "select 0")
    assert "has_rows (the table has rows) fails: rows looked at 0, at least 1 expected" in refused(bench)


def test_one_suite_fails_where_others_with_the_same_rule_hold(bench: Bench, tiny: Suites) -> None:
    tiny.change("place_age", "where false", "limit 3")
    assert refused(bench).startswith("place_age: has_rows (the table has rows) fails: rows 3 of ")


@pytest.mark.parametrize("kept", [0, 2])
def test_an_evaluation_that_does_not_answer_once(
    bench: Bench, tiny: Suites, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Great Expectations gives no result for an expectation, or two."""
    results = Evaluator._results

    def some(self: Evaluator, table: str, suite: Any) -> list[Any]:
        found = results(self, table, suite)
        return found * kept if table == "place_age" else found

    monkeypatch.setattr(Evaluator, "_results", some)
    assert "place_age: 0 of 1 declared expectations were evaluated" in refused(bench)


def test_great_expectations_that_cannot_run_leaves_no_verdict(
    bench: Bench, tiny: Suites, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(bench.folder)
    check_verdict(bench.folder)

    def broken(self: Evaluator, workbench: object) -> None:
        raise RuntimeError("no context")

    monkeypatch.setattr(Evaluator, "__init__", broken)
    with pytest.raises(RuntimeError):
        judge(bench.folder)
    with pytest.raises(MobilityError, match="was not judged"):
        check_verdict(bench.folder)


def test_an_empty_table(bench: Bench, tiny: Suites) -> None:
    bench.alter("place_age", "from t limit 0")
    assert "place_age: the table has no rows" in refused(bench)


def test_a_table_with_other_rows_than_the_manifest_says(bench: Bench, tiny: Suites) -> None:
    bench.edit("place_age", rows=7)
    assert "rows, the manifest says 7" in refused(bench)


def test_a_missing_publication(bench: Bench, tiny: Suites) -> None:
    bench.drop("place_age")
    assert "table place_age is not in the manifest" in refused(bench)


def test_a_missing_long_table(bench: Bench, tiny: Suites) -> None:
    bench.drop("metric_values")
    assert "table metric_values is not in the manifest" in refused(bench)


def test_a_publication_without_its_file(bench: Bench, tiny: Suites) -> None:
    bench.parquet("place_age").unlink()
    bench.seal()
    assert "place_age: its file parquet/65_" in refused(bench)


def test_a_file_that_is_no_parquet(bench: Bench, tiny: Suites) -> None:
    bench.parquet("place_age").write_text("year,state\n", encoding="utf-8")
    bench.seal()
    assert "is missing or is no Parquet file" in refused(bench)


def test_a_table_that_no_suite_knows(bench: Bench, tiny: Suites) -> None:
    manifest = json.loads((bench.folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["tables"]["surprise"] = {**manifest["tables"]["published_values"], "stem": "surprise"}
    bench.parquet("published_values").with_name("surprise.parquet").write_bytes(
        bench.parquet("published_values").read_bytes()
    )
    (bench.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    bench.seal()
    assert "surprise: it has no suite" in refused(bench)


def test_a_file_that_no_table_knows(bench: Bench, tiny: Suites) -> None:
    (bench.folder / "parquet" / "stray.parquet").write_bytes(bench.parquet("county").read_bytes())
    bench.seal()
    assert "parquet/stray.parquet belongs to no table" in refused(bench)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "extra"}, "its kind is extra"),
        ({"kind": "reference"}, "expected ('publication', '65'"),
        ({"publication": 66}, "expected ('publication', '65'"),
        ({"status": "perhaps"}, "its status is perhaps"),
        ({"status": "unavailable", "reason": "lost"}, "of its series are available"),
        ({"status": "unavailable", "reason": None}, "it is unavailable without a reason"),
    ],
)
def test_a_publication_that_is_not_what_it_should_be(
    bench: Bench, tiny: Suites, changes: dict[str, Any], reason: str
) -> None:
    bench.edit("place_age", **changes)
    assert reason in refused(bench)


def test_an_unavailable_publication_with_a_file(bench: Bench, tiny: Suites) -> None:
    (bench.folder / "csv").mkdir()
    stem = bench.parquet("county_tenure").stem
    (bench.folder / "csv" / f"{stem}.csv").write_text("year\n", encoding="utf-8")
    bench.seal()
    assert f"county_tenure: it is unavailable but has a file: csv/{stem}.csv" in refused(bench)


def test_an_unavailable_long_table(bench: Bench, tiny: Suites) -> None:
    bench.edit("metric_values", status="unavailable", reason="none")
    assert "metric_values: only a publication may be unavailable" in refused(bench)


def test_a_release_of_the_other_channel_is_no_previous_release(bench: Bench, tmp_path: Path) -> None:
    other = write_candidate(tmp_path / "national", channel="national", counties=1, places=1)
    with pytest.raises(MobilityError, match="its own channel"):
        judge(bench.folder, other.folder)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"tables": {}, "files": {}}', '{"channel": "x", "tables": {}, "files": {}}']
)
def test_a_manifest_that_is_none(bench: Bench, text: str) -> None:
    (bench.folder / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(MobilityError, match="manifest"):
        judge(bench.folder)


def test_a_folder_without_manifest(tmp_path: Path) -> None:
    with pytest.raises(MobilityError, match="no readable manifest"):
        judge(tmp_path)
