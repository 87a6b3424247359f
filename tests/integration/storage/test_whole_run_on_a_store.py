"""The journey with `MOBILITY_HOME=s3://...`: from files to releases, by the command, on two machines."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.base.settings import PROJECT_ROOT
from orchestration.cli import cli
from orchestration.storage import home
from orchestration.storage.place import Place

CHANGED = "urban_published_2025/2025/01_financial-well-being/share_debt_2018.csv"
VARIABLE = "share_debt_coll"


@pytest.fixture
def mirror(sample_home: Path, tmp_path: Path) -> Path:
    """The files of the invented state, to be changed."""
    return Path(shutil.copytree(sample_home / "sample" / "mirror", tmp_path / "mirror"))


@pytest.fixture
def scratch_a(sample_home: Path, tmp_path: Path, bucket: str) -> Path:
    """Scratch of a machine that has the warehouse of these files: a build of all models takes a minute."""
    scratch = tmp_path / "a"
    own = scratch / hashlib.sha256(bucket.encode()).hexdigest()[:16] / "sample"
    own.mkdir(parents=True)
    for name in ("warehouse.duckdb", "warehouse.json"):
        shutil.copyfile(sample_home / "sample" / name, own / name)
    return scratch


def run(bucket: str, scratch: Path, mirror: Path) -> str:
    """`mobility run` in a process of its own; what it printed."""
    command = [sys.executable, "-m", "orchestration.cli", "run", "--sample", "--mirror", str(mirror)]
    own = {"MOBILITY_HOME": bucket, "MOBILITY_SCRATCH": str(scratch)}
    done = subprocess.run(
        [*command, "--approver", "the tests"], cwd=PROJECT_ROOT, env=os.environ | own, capture_output=True,
        text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout + done.stderr


def more_in_debt(mirror: Path) -> None:
    """A county's number that no model computes is another one, in its file and in the list."""
    place = mirror / CHANGED
    lines = place.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[1].split(",")
    column = lines[0].strip().split(",").index(VARIABLE)
    cells[column] = f"{float(cells[column]) + 0.001:.6f}"
    place.write_text(lines[0] + ",".join(cells) + "".join(lines[2:]), encoding="utf-8")
    listed = (mirror / "MIRROR.csv").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(listed) if line.startswith(CHANGED))
    content = place.read_bytes()
    listed[at] = f"{CHANGED},sample,{len(content)},{hashlib.sha256(content).hexdigest()}"
    (mirror / "MIRROR.csv").write_text("\n".join(listed) + "\n", encoding="utf-8")


@pytest.mark.long
def test_run_rerun_second_release_and_all_that_is_asked_of_them(
    bucket: str,
    mirror: Path,
    scratch_a: Path,
    sample_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOBILITY_HOME", bucket)
    monkeypatch.setenv("MOBILITY_SCRATCH", str(tmp_path / "b"))  # another machine, with nothing of its own

    def ask(*words: str) -> Result:
        home._copied.cache_clear()
        return CliRunner().invoke(cli, [*words, "--sample"])

    place = Place(f"{bucket}/sample")
    run(bucket, scratch_a, mirror)
    first = (place.read_json("current.json") or {})["version"]
    manifest = place.read_json(f"releases/{first}/manifest.json") or {}
    local = json.loads((sample_release / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"] == local["tables"]  # every table, to the byte, as from a folder
    assert {name for name in local["files"] if not name.startswith("site/")} == set(manifest["files"])

    before = place.versions("")
    said = run(bucket, scratch_a, mirror)
    assert "unchanged" in said and place.versions("") == before

    more_in_debt(mirror)
    run(bucket, scratch_a, mirror)
    second = (place.read_json("current.json") or {})["version"]
    assert second != first

    listed = ask("release", "list").output
    assert f"* {second}" in listed and first in listed and bucket in listed
    assert f"{second}: whole" in ask("release", "verify").output
    told = ask("release", "diff", first, second).output
    assert VARIABLE in told
    assert "Alder County" in ask("show", "99001").output
    explained = ask("explain", "99001", "share_employed", "2021")
    assert explained.exit_code == 0 and "Census ACS PUMS" in explained.output, explained.output

    office = f"{bucket}/office/sample"
    assert ask("release", "push", "--to", office).exit_code == 0
    monkeypatch.setenv("MOBILITY_HOME", f"{bucket}/office")
    assert f"* {second}" in ask("release", "list").output  # what was pushed is a home's release
    monkeypatch.setenv("MOBILITY_HOME", bucket)

    assert ask("release", "rollback", "--reason", "tried", "--approver", "Ada").exit_code == 0
    assert f"* {first}" in ask("release", "list").output
    home._copied.cache_clear()
