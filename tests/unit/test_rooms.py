"""No import runs upward between the rooms of `orchestration/`: the contract of pyproject.toml is kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from orchestration.base.settings import PROJECT_ROOT
from orchestration.maintain.rooms import arrows, lines


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says about a contract."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(config)]
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True)


def test_no_import_runs_upward() -> None:
    done = lint(PROJECT_ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout


def test_a_contract_that_is_broken_is_told(tmp_path: Path) -> None:
    """The same contract with two rooms the other way round."""
    text = (PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    turned = text.replace('  "ingest",\n  "sources",\n', '  "sources",\n  "ingest",\n')
    assert turned != text
    (tmp_path / "pyproject.toml").write_text(turned, encoding="utf-8")
    done = lint(tmp_path / "pyproject.toml")
    assert done.returncode == 1
    assert "orchestration.ingest is not allowed to import orchestration.sources" in done.stdout


def test_the_printed_arrows_are_those_of_the_imports() -> None:
    found = arrows(PROJECT_ROOT)
    assert found["dagster", "warehouse"] and found["ingest", "storage"]
    assert not any(room == "base" for room, _ in found)
    assert {room for rooms in found for room in rooms} <= lines(PROJECT_ROOT).keys()
