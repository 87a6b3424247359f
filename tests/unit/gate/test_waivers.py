from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from expectations.rules import waivers
from orchestration.base.errors import MobilityError
from orchestration.gate import verified, waiving
from orchestration.gate.manifest import Manifest
from orchestration.gate.verdict import Checked, Judged, TableVerdict

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


@pytest.mark.parametrize(
    "rows, line, told",
    [
        (GOOD + GOOD, "line 3", "w1 again"),
        (GOOD.replace(",3,", ",0,"), "line 2", "0"),
        (GOOD.replace("2026.01.02", "2026.1.2"), "line 2", "2026.1.2"),
        (GOOD.replace("the agency", "yes, the agency"), "line 2", "9 columns"),
        (GOOD.replace(",", ";"), "line 2", "1 columns"),
        (GOOD.replace("the agency", '"the agency,\nby letter"', 1) + GOOD, "line 4", "w1 again"),
    ],
)
def test_a_slip_in_a_row_is_told_with_its_line(tmp_path: Path, rows: str, line: str, told: str) -> None:
    with pytest.raises(MobilityError, match="cannot be used") as error:
        waivers.read_waivers(_file(tmp_path, rows))
    assert line in (error.value.where or "") and told in (error.value.found or "")


def test_a_file_that_a_spreadsheet_saved_is_read_and_another_head_is_told(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD.replace("w1,", " w1 ,"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    (waiver,) = waivers.read_waivers(path)
    assert (waiver.waiver_id, waiver.owner) == ("w1", "Ann")
    for content, told in ((path.read_bytes().replace(b"part", b"parts"), "parts"), (b"\xff", "0xff")):
        other = tmp_path / f"{told}.csv"
        other.write_bytes(content)
        with pytest.raises(MobilityError, match="cannot be used") as error:
            waivers.read_waivers(other)
        assert told in (error.value.found or "")


@pytest.mark.parametrize(
    "changes, judged, told",
    [
        ({}, _failed(failing=4), "excuses 3 cells at most; 4 fail"),
        (
            {"part": "share_employd.value"},
            _failed(),
            "part share_employd.value; share_employed.value fails",
        ),
        ({"rule": "county.ranges"}, _failed(), "no table with such a rule"),
        ({"expires": date(2026, 1, 31)}, _failed(), "expired on 2026-01-31"),
        ({"version": "2026.01.01"}, _failed(), "is of version 2026.01.01, the candidate is of 2026.01.02"),
        ({"reason": "not in the manifest"}, _failed(), "built without it"),
        ({}, replace(_failed(), outcome="passed"), "the rule passed"),
        ({}, replace(_failed(), severity="warning"), "is a warning"),
        ({"version": "2026.01.01"}, replace(_failed(), outcome="passed"), None),
        ({}, _failed(), None),
    ],
)
def test_a_waiver_that_excuses_nothing_is_told_with_the_reason(
    one: waivers.Waiver,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    judged: Judged,
    told: str | None,
) -> None:
    """A slip in a row looks like no row at all: the same refusal, and nothing said."""
    waiver = replace(one, **changes)
    monkeypatch.setattr(waivers, "read_waivers", lambda: (waiver,))
    monkeypatch.setattr(waiving, "waivers_of", lambda version: (waiver,) if version == waiver.version else ())
    manifest = _manifest(one if "reason" in changes else waiver)
    found = waiving.with_waivers(manifest, "county", [judged])
    table = TableVerdict("county", 11, "County", "refused", [], expectations=found)
    lines = waiving.unused(manifest, [table])
    assert (told is None and lines == []) or (told is not None and len(lines) == 1 and told in lines[0])


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
