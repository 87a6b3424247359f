"""One run of the sample through the real command, shared by all end-to-end tests."""

from __future__ import annotations

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
from tests.support import national_remains


@dataclass(frozen=True)
class SampleRun:
    """The home in which `mobility run --sample` ended well, and what lay in its national channel before."""

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
        if not name.startswith(("MOBILITY_", "DBT_", "DAGSTER_")) or name == "MOBILITY_SYNC"
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
def sample_run(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    settings = Settings(home=sample_home, channel="sample")
    release = (settings.releases_dir / "current").resolve()
    output = (sample_home.parent / "sample.log").read_text(encoding="utf-8")
    before = national_remains.leave(tmp_path_factory.mktemp("before"))
    return SampleRun(settings, release, output, before)
