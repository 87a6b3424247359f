"""Ten of the damages of `make mutation` on the sample release: the harness and its rules still work."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from expectations.rules.expectation import ExpectRowsToSatisfy, query
from orchestration.base.errors import MobilityError
from orchestration.gate.fingerprint import gate_sha256
from tests.mutation.harness import Caught, damages_for, errors_of_undamaged, try_all

_TRIED = 10


def test_the_undamaged_sample_release_keeps_every_rule(sample_release: Path) -> None:
    assert errors_of_undamaged(sample_release) == set()


def test_ten_damages_are_caught_by_the_rule_that_must(sample_release: Path, tmp_path: Path) -> None:
    """Which ten changes with the gate, so that a change of a rule meets other damages than the last did."""
    drawn = random.Random(gate_sha256()).sample(damages_for("sample"), _TRIED)
    # `try_all` links the release's files: the copy must be on its file system, as pytest's folders are.
    tried = list(try_all(sample_release, tmp_path, drawn))
    assert len(tried) == _TRIED
    missed = {one.damage.kind: (one.damage.rule, one.errors) for one in tried if not one.as_expected}
    assert missed == {}


def test_a_rule_that_cannot_be_measured_counts_for_no_damage() -> None:
    damage = next(one for one in damages_for("sample") if one.rule == "metric_values.inputs_known")
    assert not Caught(damage, ("metric_values.inputs_known (not measurable)",), 0.0).as_expected


def test_a_rule_that_cannot_be_measured_undamaged_stops_the_harness(
    sample_release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[object]:
        one = query("hashes", "select count(*) from candidate.no_such_table", "from work.inputs")
        return list(ExpectRowsToSatisfy.declare("inputs_known", "error", "it cannot be known", [one]))

    monkeypatch.setattr("expectations.metric_values.provenance", broken)
    with pytest.raises(MobilityError, match="cannot measure a rule") as error:
        errors_of_undamaged(sample_release)
    assert error.value.found == "metric_values.inputs_known (not measurable)"
