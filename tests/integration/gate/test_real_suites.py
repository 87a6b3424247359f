"""The real suites through the whole gate: a pass, its reports, and a refusal with rows to look at."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.gate import Verdict, check_verdict, judge
from tests.integration.gate.conftest import Suites
from tests.support.candidate import Bench


def test_a_sound_candidate_passes_every_suite(passed: tuple[Path, Verdict]) -> None:
    folder, verdict = passed
    assert verdict.refusals == []
    publications = [table for table in verdict.tables if table.publication]
    assert [table.publication for table in publications] == [
        int(row["publication"]) for row in read("publication_list")
    ]
    assert {table.publication for table in publications if table.outcome == "unavailable"} == {17, 19, 20}
    for table in verdict.tables:
        if table.outcome == "passed":
            assert table.declared == table.evaluated == len(table.expectations) > 0, table.table
    check_verdict(folder)


def test_the_verdict_tells_every_expectation(passed: tuple[Path, Verdict]) -> None:
    folder, _ = passed
    data = json.loads((folder / "gate" / "verdict.json").read_text(encoding="utf-8"))
    county = next(table for table in data["tables"] if table["table"] == "county")
    rules = {one["rule"]: one for one in county["expectations"]}
    assert rules["coverage_kept"]["looked_at"] > 300
    assert rules["range"]["id"] == "county.range"
    assert {"name", "looked_at", "failing", "minimum", "examples", "raised"} == set(
        rules["range"]["parts"][0]
    )


def test_the_report_needs_nothing_from_elsewhere(passed: tuple[Path, Verdict]) -> None:
    folder, _ = passed
    page = (folder / "gate" / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!#|data:)|https?://|@import|<script", page)
    for table in ("county", "place_disability", "metric_values", "geography_years"):
        assert f'id="{table}"' in page


def test_a_refusal_names_rule_column_and_rows(bench: Bench, tiny: Suites) -> None:
    tiny.write("county", "from expectations.default import suite\n")
    bench.alter(
        "county",
        "select * replace (case when county = '003' and year = 2018 then 1.4 else share_employed end"
        " as share_employed) from t order by _row",
    )
    verdict = judge(bench.folder)
    (county,) = (table for table in verdict.tables if table.table == "county")
    assert county.outcome == "refused"
    assert {table.table for table in verdict.tables if table.outcome == "refused"} == {"county"}
    (reason,) = (reason for reason in county.reasons if reason.startswith("range "))
    assert "share_employed.value 1 of " in reason
    report = (bench.folder / "gate" / "report.md").read_text(encoding="utf-8")
    assert "Suite of county: `tiny_suites/county.py`" in report
    assert 'year=2018, state="99", county="003", share_employed=1.4' in report
    with pytest.raises(MobilityError, match="county: range"):
        check_verdict(bench.folder)
