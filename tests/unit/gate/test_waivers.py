from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from expectations.rules import waivers
from orchestration.base.errors import MobilityError
from orchestration.gate import verified, waiving
from orchestration.gate.manifest import Manifest
from orchestration.gate.verdict import Checked, Judged

HEAD = "waiver_id,version,rule,part,cells,reason,owner,expires\n"
GOOD = "w1,2026.01.02,county.range,share_employed.value,3,the agency confirmed it,Ann,2026-03-01\n"


def _file(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "waivers.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


@pytest.fixture
def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> waivers.Waiver:
    (waiver,) = waivers.read_waivers(_file(tmp_path, GOOD))
    monkeypatch.setattr(waiving, "waivers_of", lambda version: (waiver,) if version == waiver.version else ())
    monkeypatch.setattr(waiving, "today", lambda: date(2026, 2, 1))
    monkeypatch.setattr(verified, "today", lambda: date(2026, 2, 1))
    return waiver


def _manifest(named: waivers.Waiver | None, version: str = "2026.01.02") -> Manifest:
    return Manifest(Path(), "national", {}, {}, "", version=version, waivers=(named.facts,) if named else ())


def _failed(rule: str = "range", part: str = "share_employed.value", failing: int = 3) -> Judged:
    parts = [Checked(part, 10, failing, 1), Checked("another", 10, 0, 1)]
    return Judged(f"county.{rule}", rule, "error", "it holds", "failed", 20, failing, parts)


def test_the_file_of_the_project_is_in_order() -> None:
    assert isinstance(waivers.read_waivers(), tuple)


def test_a_named_failure_of_one_release_is_let_through(one: waivers.Waiver) -> None:
    (judged,) = waiving.with_waivers(_manifest(one), "county", [_failed()])
    assert judged.waiver == one.facts and judged.outcome == "failed"


@pytest.mark.parametrize(
    "manifest, table, judged",
    [
        ("another version", "county", _failed()),
        ("not named", "county", _failed()),
        ("named", "place", _failed()),
        ("named", "county", _failed(rule="interval_order")),
        ("named", "county", _failed(part="rate_crime.value")),
        ("named", "county", _failed(failing=4)),
    ],
)
def test_nothing_else_is(one: waivers.Waiver, manifest: str, table: str, judged: Judged) -> None:
    manifests = {
        "another version": _manifest(one, "2026.01.03"),
        "not named": _manifest(None),
        "named": _manifest(one),
    }
    (result,) = waiving.with_waivers(manifests[manifest], table, [judged])
    assert result.waiver is None


def test_an_expired_waiver_waives_nothing(one: waivers.Waiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiving, "today", lambda: date(2026, 3, 2))
    (judged,) = waiving.with_waivers(_manifest(one), "county", [_failed()])
    assert judged.waiver is None


@pytest.mark.parametrize("rule", ["county.key_unique", "county.frame_complete", "metric_values.inputs_known"])
def test_integrity_is_never_waived(tmp_path: Path, rule: str) -> None:
    with pytest.raises(MobilityError, match="cannot be used") as error:
        waivers.read_waivers(_file(tmp_path, GOOD.replace("county.range", rule)))
    assert "line 2" in (error.value.where or "")


@pytest.mark.parametrize("column", ["the agency confirmed it", "Ann", "2026-03-01"])
def test_reason_owner_and_expiry_are_needed(tmp_path: Path, column: str) -> None:
    with pytest.raises(MobilityError, match="cannot be used"):
        waivers.read_waivers(_file(tmp_path, GOOD.replace(column, "")))


def test_a_verdict_with_an_edited_waiver_is_refused(one: waivers.Waiver) -> None:
    def table(rule: str, facts: dict[str, object]) -> dict[str, object]:
        return {"tables": [{"expectations": [{"rule": rule, "waiver": facts}]}]}

    verified._waivers_hold("here", table("range", one.facts), _manifest(one), todays=True)
    for rule, facts in (("key_unique", one.facts), ("range", {**one.facts, "cells": 9})):
        with pytest.raises(MobilityError, match="not one of this release"):
            verified._waivers_hold("here", table(rule, facts), _manifest(one), todays=True)
    late = {**one.facts, "expires": "2026-01-31"}
    manifest = Manifest(Path(), "national", {}, {}, "", version=one.version, waivers=(late,))
    with pytest.raises(MobilityError, match="expired"):
        verified._waivers_hold("here", table("range", late), manifest, todays=True)
    verified._waivers_hold("here", table("range", late), manifest, todays=False)
