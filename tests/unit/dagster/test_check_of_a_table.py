"""What a check of the gate shows in Dagster: the words a person needs, without opening the report."""

from __future__ import annotations

from typing import Any

import dagster as dg

from orchestration.dagster.release import _check

SPEC = dg.AssetCheckSpec("gate", asset=dg.AssetKey(["sample", "county"]))


def part(name: str, failing: int = 0, raised: str | None = None, looked_at: int = 3144) -> dict[str, Any]:
    facts = {"name": name, "failing": failing, "looked_at": looked_at, "minimum": 1}
    return facts | {"raised": raised, "examples": []}


def judged(*parts: dict[str, Any]) -> dict[str, Any]:
    bad = any(one["failing"] or one["raised"] or not one["looked_at"] for one in parts)
    one = {
        "id": "county.range",
        "severity": "error",
        "statement": "values and bounds are possible",
        "outcome": "failed" if bad else "passed",
        "parts": list(parts),
    }
    return {
        "outcome": "refused" if bad else "passed",
        "reasons": ["range (values and bounds are possible) fails"] if bad else [],
        "rows": 31426,
        "declared": 1,
        "evaluated": 1,
        "expectations": [one],
    }


def test_a_failed_check_names_the_rule_and_the_parts_that_fail() -> None:
    parts = [
        part("a.value"),
        part("b.value", 2),
        part("c.value", raised="no such column"),
        part("d.value", looked_at=0),
    ]
    check = _check(SPEC, "c0ffee", judged(*parts), [])
    assert not check.passed
    assert check.metadata["failing"].value == (
        "county.range (error): values and bounds are possible; b.value 2 of 3,144; c.value no such column; "
        "d.value looked at 0, at least 1 expected"
    )
    assert check.metadata["reasons"].value == "range (values and bounds are possible) fails"
    assert check.asset_key == SPEC.asset_key and check.metadata["candidate"].value == "c0ffee"


def test_many_parts_are_counted() -> None:
    check = _check(SPEC, "c0ffee", judged(*(part(f"v{number}.value", 1) for number in range(9))), [])
    assert str(check.metadata["failing"].value).endswith("v4.value 1 of 3,144; and 4 more")


def test_a_passed_check_has_nothing_to_say() -> None:
    check = _check(SPEC, "c0ffee", judged(part("a.value")), [])
    assert check.passed and check.metadata["failing"].value == "" and check.metadata["errors"].value == 0


def test_a_table_that_was_not_judged_is_refused() -> None:
    check = _check(SPEC, "c0ffee", None, ["the candidate has a stranger"])
    assert not check.passed and check.metadata["reasons"].value == "the candidate has a stranger"
