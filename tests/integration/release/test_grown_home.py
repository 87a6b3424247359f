"""A home that commit 1052200 wrote is read by today's code.

`tests/support/homes/home_of_1052200.zip` was written by that commit: a published release of the small
warehouse (two counties, one place), and raw store and lake of one real source.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from orchestration import cli, release
from orchestration.base.files import sha256_of
from orchestration.base.settings import PROJECT_ROOT, Settings
from orchestration.ingest import refresh
from orchestration.release.diff import compare
from orchestration.release.push import push
from tests.support.verdict import write_verdict
from tests.support.warehouse import make_warehouse

VERSION = "2026.11.29"
SOURCE = "connecticut_crosswalk"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home, links and all."""
    with zipfile.ZipFile(PROJECT_ROOT / "tests" / "support" / "homes" / "home_of_1052200.zip") as archive:
        for member in archive.infolist():
            path = tmp_path / member.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            if member.external_attr >> 28 == 0o12:
                path.symlink_to(archive.read(member).decode())
            else:
                path.write_bytes(archive.read(member))
    return tmp_path


@pytest.fixture
def sample(home: Path) -> Settings:
    return Settings(home=home, channel="sample")


def run(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> str:
    """What the command says; it must end well."""
    with pytest.raises(SystemExit) as left:
        cli.main([*words, "--sample", "--home", str(home)])
    told = capsys.readouterr()
    assert left.value.code == 0, told.err
    return told.out


def test_its_release_is_listed_and_verified(home, capsys) -> None:
    assert run(capsys, home, "release", "list").startswith(f"* {VERSION}")
    assert "whole" in run(capsys, home, "release", "verify", VERSION)
    assert run(capsys, home, "release", "path").strip().endswith(VERSION)


def test_its_numbers_are_shown_and_explained(home, capsys) -> None:
    assert VERSION in run(capsys, home, "show", "99001")
    told = run(capsys, home, "explain", "99001", "count_homeless", "2018", "--json")
    found = json.loads(told)
    assert found["cell"]["variable"] == "count_homeless" and found["release"]["version"] == VERSION


def test_todays_release_follows_it_and_is_compared_with_it(home, sample, capsys) -> None:
    old = release.current(sample)
    make_warehouse(sample.warehouse, counties=2, places=1)
    candidate = release.build_candidate(sample)
    write_verdict(candidate)
    new = release.publish(sample, candidate, approver="the tests")
    diff = compare(old, new)
    assert "county.geoidfq: new column" in diff.columns and diff.counts == {}
    assert json.loads((new / "manifest.json").read_text(encoding="utf-8"))["previous"]["version"] == VERSION
    told = run(capsys, home, "release", "diff")
    assert f"{VERSION} -> {new.name}" in told and "county.geoidfq: new column" in told
    assert release.rollback(sample, reason="a trial", approver="the tests") == old
    assert release.verify(old) == [] and release.verify(new) == []


def test_its_release_is_carried_elsewhere(sample, tmp_path) -> None:
    done = push(release.current(sample), str(tmp_path / "elsewhere"), approver="Ann")
    assert done.version == VERSION and done.sent > 90


def test_its_raw_store_is_used_and_its_lake_made_anew_from_it(home) -> None:
    """Records say more than they did: the table is read again, and that is told; nothing is received."""
    national = Settings(home=home, channel="national")
    lake = home / "national" / "lake" / SOURCE / "2022" / "tracts.json"
    (raw,) = (path for path in (home / "national" / "raw").glob("*/*") if len(path.name) == 64)
    before, written = json.loads(lake.read_text(encoding="utf-8")), raw.stat().st_mtime_ns
    (report,) = refresh(national, [SOURCE])
    assert (report.status, report.rows) == ("changed", {"tracts": 879}), report
    assert report.reason.startswith("the same content, read anew")
    now = json.loads(lake.read_text(encoding="utf-8"))
    assert now["raw_sha256"] == before["raw_sha256"] == sha256_of(raw)
    assert raw.stat().st_mtime_ns == written
    (again,) = refresh(national, [SOURCE])
    assert again.status == "unchanged"
