"""One run of the sample through the real command, shared by all end-to-end tests."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.base.settings import PROJECT_ROOT, Settings


def bytes_below(folder: Path) -> dict[str, str]:
    """Hash of every file below a folder; links by their target."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@dataclass(frozen=True)
class SampleRun:
    """A home in which `mobility run --sample` ended well, and what lay in it before."""

    settings: Settings
    release: Path
    output: str
    national_before: dict[str, str]

    @property
    def manifest(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.release / "manifest.json").read_text(encoding="utf-8"))
        return content

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the released DuckDB file."""
        with duckdb.connect(str(self.release / "mobility.duckdb"), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def run_command(*arguments: str, project: Path = PROJECT_ROOT) -> subprocess.CompletedProcess[str]:
    """The command `mobility` of a project, free of settings that a developer may have in the environment."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MOBILITY_", "DBT_", "DAGSTER_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=project,
        env={**clean, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    home = tmp_path_factory.mktemp("end_to_end")
    national = home / "national"
    for name in ("releases/2026.01.01/manifest.json", "lake/source/2025/table.parquet", "raw/ab/abcd"):
        (national / name).parent.mkdir(parents=True, exist_ok=True)
        (national / name).write_bytes(b"what a national run left here: " + name.encode())
    (national / "releases" / "current").symlink_to("2026.01.01")
    before = bytes_below(national)
    done = run_command("run", "--sample", "--home", str(home), "--approver", "the end-to-end test")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    settings = Settings(home=home, channel="sample")
    release = (settings.releases_dir / "current").resolve()
    return SampleRun(settings, release, done.stdout, before)
