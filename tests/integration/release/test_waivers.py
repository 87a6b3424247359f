"""A waiver from its row to the reader: named in the manifest, used by the gate, published, seen.

The rules are those of the project; only few tables have a suite here, because all of them take longer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pytest

from expectations.rules import waivers
from orchestration import release
from orchestration.base.errors import MobilityError
from orchestration.base.seeds import read
from orchestration.cli.summary import rows_of
from orchestration.dagster import steps
from orchestration.explain import cell as explaining
from orchestration.gate import judge, verified, waiving
from orchestration.release import store
from tests.integration.gate.conftest import write_suites
from tests.integration.release.conftest import Desk

PART = "share_employed.value"
_SUITE = f"""
from expectations.rules.layout import frame
from expectations.rules.suite import suite_of
from expectations.rules.values import value_ranges


def suite(table, tables):
    publication = tables.publication(table)
    (key,) = (one for one in frame(publication) if one.meta["rule"] == "key_unique")
    (possible,) = (one for one in value_ranges(publication) if one.meta["rule"] == "range")
    # The numbers of the small warehouse are drawn: most ranges mean nothing to them.
    possible.parts = [part for part in possible.parts if part["name"] == "{PART}"]
    return suite_of(table, [key, possible])
"""


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Suites of few rules; that of publication 11 has two of the project's."""
    suites = write_suites(tmp_path / "few_suites", monkeypatch)
    for row in read("publication_list"):
        suites.write(
            row["table_name"],
            (suites.folder / "metric_values.py")
            .read_text("utf-8")
            .replace("candidate.metric_values", f"candidate.{row['table_name']}"),
        )
    suites.write("county", _SUITE)
    suites.change("other_tables", "table in LONG_KEYS", "True")
    yield
    suites.forget()


@pytest.fixture
def spoilt(desk: Desk) -> Desk:
    """More people employed than there are, in one county and year."""
    desk.publish()
    with duckdb.connect(str(desk.settings.warehouse)) as connection:
        connection.execute(
            "update county set share_employed = 1.4 where rowid = "
            "(select min(rowid) from county where share_employed is not null)"
        )
    return desk


def waive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, **changes: str) -> None:
    """Let `expectations/waivers.csv` have one row."""
    row = {
        "waiver_id": "w1", "version": version, "rule": "county.range", "part": PART, "cells": "1",
        "reason": "the agency confirmed it", "owner": "Ann", "expires": "2999-12-31", **changes,
    }  # fmt: skip
    path = tmp_path / "waivers.csv"
    path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    waivers.read_waivers.cache_clear()
    monkeypatch.setattr(waivers, "read_waivers", partial(waivers.read_waivers.__wrapped__, path))


def build_and_judge(desk: Desk) -> Path:
    candidate = release.build_candidate(desk.settings)
    judge(candidate, release.current(desk.settings))
    return candidate


def waivers_told(published: Path, manifest: dict[str, object], variable: str) -> list[dict[str, object]]:
    """What `mobility explain` says of waivers; the small warehouse lacks what its other parts need."""
    with duckdb.connect(str(published / "mobility.duckdb"), read_only=True) as connection:
        cell = {"geography_type": "county", "variable": variable}
        return explaining._waivers(connection, manifest, cell)


def refusal(desk: Desk, candidate: Path) -> str:
    before = desk.visible, release.current(desk.settings)
    with pytest.raises(MobilityError) as error:
        desk.publish(candidate)
    assert (desk.visible, release.current(desk.settings)) == before
    return str(error.value)


@pytest.mark.usefixtures("gate")
def test_a_waived_failure_is_published_and_every_reader_is_told(
    spoilt: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release.current(spoilt.settings)
    candidate = build_and_judge(spoilt)
    assert "county: range" in refusal(spoilt, candidate) and PART in refusal(spoilt, candidate)
    waive(tmp_path, monkeypatch, store.next_version(spoilt.settings))
    # Without being built again: manifest and README would not tell of it.
    judge(candidate, before)
    assert "county: range" in refusal(spoilt, candidate)
    for name in ("report.md", "report.html"):
        told = (candidate / "gate" / name).read_text(encoding="utf-8")
        assert "built without it" in told[told.index("Waivers that excuse nothing") :]
    candidate = build_and_judge(spoilt)
    with monkeypatch.context() as later:
        for module in (waiving, verified):
            later.setattr(module, "today", lambda: date(3000, 1, 1))
        assert "A waiver has expired" in refusal(spoilt, candidate)  # judged in time, published too late
        judge(candidate, before)
        assert "county: range" in refusal(spoilt, candidate)
    judge(candidate, before)

    published = spoilt.publish(candidate)

    assert release.current(spoilt.settings) == published and release.verify(published) == []
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    (named,) = manifest["waivers"]
    assert (named["waiver_id"], named["reason"], named["owner"]) == ("w1", "the agency confirmed it", "Ann")
    for name in ("README.md", "gate/report.md", "gate/report.html"):
        text = (published / name).read_text(encoding="utf-8")
        told = text[text.index("Waived for this release") :]
        assert "excuse nothing" not in text
        assert "1 failures waived" in text or name == "README.md"
        assert all(word in told for word in ("county.range", "the agency confirmed it", "Ann", "2999-12-31"))
    (gate,) = (said for label, said in rows_of(spoilt.settings, published) if label == "gate")
    assert gate.endswith(", 1 failures waived")
    verdict = json.loads((published / "gate" / "verdict.json").read_text(encoding="utf-8"))
    (county,) = (table for table in verdict["tables"] if table["table"] == "county")
    (used,) = (one for one in county["expectations"] if one["waiver"])
    assert (used["rule"], used["outcome"], used["unexpected"], used["waiver"]) == (
        "range",
        "failed",
        1,
        named,
    )
    assert waivers_told(published, manifest, "share_employed") == [named]
    assert waivers_told(published, manifest, "share_digital_access") == []


def test_what_a_release_is_cannot_be_waived(
    spoilt: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waive(tmp_path, monkeypatch, store.next_version(spoilt.settings), rule="county.key_unique", part="")
    with pytest.raises(MobilityError, match="A waiver cannot be used") as error:
        release.build_candidate(spoilt.settings)
    assert error.value.found == "county.key_unique" and "never waived" in (error.value.remedy or "")
    assert [path.name for path in spoilt.settings.candidates_dir.glob("[!.]*")] == [spoilt.candidate.name]


def test_a_candidate_is_made_anew_when_the_waivers_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the manifest would not name the waiver, and the gate would go on refusing."""
    monkeypatch.setattr(steps, "PROJECT_ROOT", tmp_path)
    (tmp_path / "expectations").mkdir()
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    hashes = set()
    for text in ("none", "one"):
        (tmp_path / "expectations" / "waivers.csv").write_text(text, encoding="utf-8")
        hashes.add(steps._code())
    assert len(hashes) == 2
