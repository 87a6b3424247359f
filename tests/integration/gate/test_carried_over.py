"""What is carried over from the last verdict is what the gate would find if it looked again."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.gate import Verdict, check_verdict, judge, judging
from orchestration.gate.carried import Findings
from tests.support.candidate import Bench
from tests.unit.gate.test_damages import DAMAGES

# One in the suite of all tests: each is judged twice. `make sequences` asks for 50.
SEQUENCES = int(os.environ.get("MOBILITY_SEQUENCES", "1"))


def _looked(verdict: Verdict) -> list[object]:
    """A verdict without the word of where its findings come from."""
    return [
        replace(table, expectations=[replace(one, carried_from=None) for one in table.expectations])
        for table in verdict.tables
    ]


def _carried(verdict: Verdict) -> set[str]:
    return {one.id for table in verdict.tables for one in table.expectations if one.carried_from}


def test_nothing_is_looked_at_twice(passed: tuple[Path, Verdict], tmp_path: Path) -> None:
    folder, verdict = passed
    same = Path(shutil.copytree(folder, tmp_path / "second"))
    again = judge(same, folder)
    everything = {one.id for table in again.tables for one in table.expectations}
    assert _carried(again) == everything
    assert _looked(again) == _looked(verdict)
    check_verdict(same)
    for report in ("report.md", "report.html"):
        text = (same / "gate" / report).read_text(encoding="utf-8")
        assert f"the same rule over the same content: {len(everything):,} expectations" in text


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_a_damaged_candidate_gets_the_verdict_of_a_fresh_look(
    passed: tuple[Path, Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    folder, _ = passed
    bench = Bench(Path(shutil.copytree(folder, tmp_path / "damaged")))
    there = sorted(name for name, (table, _, _) in DAMAGES.items() if bench.parquet(table).exists())
    chosen = random.Random(seed).sample(there, 3 - seed % 3)
    done = {}
    for name in chosen:
        table, select, rule = DAMAGES[name]
        if table not in done:  # a second damage to a table may undo the first, or meet columns that are gone
            bench.alter(table, select)
            done[table] = f"{table}.{rule}"
    carried = judge(bench.folder, folder)
    monkeypatch.setattr(judging, "findings_of", lambda *_: Findings())
    fresh = judge(bench.folder, folder)
    assert _looked(carried) == _looked(fresh), chosen
    assert not _carried(fresh)
    assert len(_carried(carried)) > 100
    assert not _carried(carried) & set(done.values())


def test_another_gate_finds_everything_anew(
    passed: tuple[Path, Verdict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = passed
    for change in ("gate_sha256", "_JUDGES"):
        with monkeypatch.context() as patch:
            if change == "gate_sha256":
                patch.setattr(judging, change, lambda: "0" * 64)
            else:
                patch.setattr(judging, change, ("duckdb",))
            gate = judging.gate_sha256()
            versions = dict.fromkeys(judging._JUDGES, "1")
            assert not judging.findings_of(judging.read_manifest(folder), gate, versions)
